"""gpg's colon listing, read into key parts. Pure: text in, values out."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec import Struct

from flakebot.model import Fingerprint
from flakebot.rehearsal.github.state.accounts import KeyPart

_ADDRESS = re.compile(r"<([^<>]+)>\s*$")


class ListedKey(Struct, frozen=True, kw_only=True):
    """A public key as gpg lists it: the primary key first, then the subkeys."""

    parts: tuple[KeyPart, ...]
    identities: tuple[str, ...]


def listed_keys(text: str) -> tuple[ListedKey, ...]:
    """Read ``gpg --with-colons --show-keys``; each ``pub`` begins a key."""
    blocks = re.split(r"^(?=pub:)", text, flags=re.MULTILINE)
    return tuple(_listed_key(block) for block in blocks if block.startswith("pub:"))


def _listed_key(block: str) -> ListedKey:
    records = [line.split(":") for line in block.splitlines()]
    parts = [
        _part(record, _fingerprint(records[position + 1 :]))
        for position, record in enumerate(records)
        if record[0] in {"pub", "sub"}
    ]
    addresses = [_address(record[9]) for record in records if record[0] == "uid"]
    return ListedKey(parts=tuple(parts), identities=tuple(address for address in addresses if address))


def _fingerprint(following: list[list[str]]) -> Fingerprint:
    return Fingerprint(next(record[9] for record in following if record[0] == "fpr"))


def _part(record: list[str], fingerprint: Fingerprint) -> KeyPart:
    return KeyPart(
        fingerprint=fingerprint,
        capabilities="".join(letter for letter in record[11] if letter.islower()),
        created_at=datetime.fromtimestamp(int(record[5]), UTC),
        expires_at=datetime.fromtimestamp(int(record[6]), UTC) if record[6] else None,
        algorithm=int(record[3]),
        is_revoked=record[1] == "r",
    )


def _address(identity: str) -> str:
    match = _ADDRESS.search(identity)
    return match[1] if match else identity
