"""Commit objects, taken apart and written. Pure: bytes in, values out and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

from flakebot.model import Sha

Sign = Callable[[bytes], str]
"""Takes the bytes of a commit and returns an armoured detached signature."""

_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<seconds>-?\d+) (?P<zone>[+-]\d{4})")


class Stamp(Struct, frozen=True, kw_only=True):
    """Who did something, and when."""

    name: str
    email: str
    when: datetime

    def __str__(self) -> str:
        return f"{self.name} <{self.email}> {int(self.when.timestamp())} {self.when:%z}"

    @classmethod
    def parse(cls, text: str) -> Stamp:
        """Read the value of an ``author`` or ``committer`` header."""
        match = _PERSON.fullmatch(text)
        if match is None:
            return cls(name=text, email="", when=datetime.fromtimestamp(0, UTC))
        hours, minutes = int(match["zone"][:3]), int(match["zone"][0] + match["zone"][3:])
        zone = timezone(timedelta(hours=hours, minutes=minutes))
        return cls(name=match["name"], email=match["email"], when=datetime.fromtimestamp(int(match["seconds"]), zone))


class CommitObject(Struct, frozen=True, kw_only=True):
    """A commit as its object says; ``payload`` is what ``signature`` covers."""

    sha: Sha
    tree: Sha
    parents: tuple[Sha, ...]
    author: Stamp
    committer: Stamp
    message: str
    signature: str | None
    payload: bytes


def parse_commit(sha: Sha, raw: bytes) -> CommitObject:
    """Take a commit object apart, the signature's header apart from what it covers."""
    head, _, message = raw.partition(b"\n\n")
    headers = _headers(head)
    signature = next((value for key, value in headers if key == b"gpgsig"), None)
    kept = b"\n".join(key + b" " + value.replace(b"\n", b"\n ") for key, value in headers if key != b"gpgsig")
    single = {key.decode(): value.decode(errors="replace") for key, value in headers}
    return CommitObject(
        sha=sha,
        tree=Sha(single["tree"]),
        parents=tuple(Sha(value.decode()) for key, value in headers if key == b"parent"),
        author=Stamp.parse(single["author"]),
        committer=Stamp.parse(single["committer"]),
        message=message.decode(errors="replace"),
        signature=None if signature is None else signature.decode(errors="replace"),
        payload=kept + b"\n\n" + message,
    )


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    unfolded = re.split(rb"\n(?! )", head)
    pairs = (line.partition(b" ") for line in unfolded)
    return [(key, value.replace(b"\n ", b"\n")) for key, _, value in pairs]


def commit_bytes(
    *, tree: Sha, parents: tuple[Sha, ...], author: Stamp, committer: Stamp, message: str, sign: Sign | None = None
) -> bytes:
    """Write a commit object, signed when asked to."""
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {author}", f"committer {committer}"]
    body = f"\n\n{message}".encode()
    head = "\n".join(lines).encode()
    if sign is None:
        return head + body
    armored = sign(head + body).strip("\n").replace("\n", "\n ")
    return head + f"\ngpgsig {armored}".encode() + body
