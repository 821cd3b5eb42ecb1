"""git's report of a refused push, reworded as GitHub words it. Pure: packets in, packets out."""

from __future__ import annotations

from collections.abc import Iterator

_GIT = b"pre-receive hook declined"
_WORDS = {b"GH013": b"push declined due to repository rule violations", b"GH006": b"protected branch hook declined"}
_REPORT_BAND = b"\x01"
_FLUSH = b"0000"


def reworded(response: bytes) -> bytes:
    """Give each refused ref GitHub's reason; a response without a refusal stays as it is."""
    reason = next((words for code, words in _WORDS.items() if code in response), None)
    if reason is None:
        return response
    return b"".join(_packet(_reworded_band(payload, reason)) for payload in _packets(response))


def _reworded_band(payload: bytes | None, reason: bytes) -> bytes | None:
    if payload is None or not payload.startswith(_REPORT_BAND):
        return payload
    lines = (_packet(None if line is None else line.replace(_GIT, reason)) for line in _packets(payload[1:]))
    return _REPORT_BAND + b"".join(lines)


def _packets(stream: bytes) -> Iterator[bytes | None]:
    """Split into payloads; None is a flush packet."""
    position = 0
    while position < len(stream):
        length = int(stream[position : position + 4], 16)
        yield stream[position + 4 : position + length] if length else None
        position += length or 4


def _packet(payload: bytes | None) -> bytes:
    return _FLUSH if payload is None else f"{len(payload) + 4:04x}".encode() + payload
