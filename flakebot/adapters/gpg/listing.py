"""Keys as gpg lists them (doc/DETAILS of GnuPG, colon format). Pure; judges nothing but what is usable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from flakebot.model import Fingerprint, Person

_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})")
_IDENTITY = re.compile(r"(?P<name>[^<>]*?)\s*(?:\([^()]*\)\s*)?<(?P<email>[^<>\s]+@[^<>\s]+)>")


class Fitness(StrEnum):
    """What a key can do now, and if nothing, why."""

    USABLE = "usable"
    REVOKED = "revoked"
    EXPIRED = "expired"
    DISABLED = "disabled or invalid"


_FITNESS = {
    b"r": Fitness.REVOKED,
    b"e": Fitness.EXPIRED,
    b"d": Fitness.DISABLED,
    b"i": Fitness.DISABLED,
}


class Part(Struct, frozen=True, kw_only=True):
    """A primary key or a subkey; ``expiry`` lies in the past or is to come, None for never."""

    fingerprint: Fingerprint
    fitness: Fitness
    created: int
    expiry: datetime | None
    can_sign: bool
    has_secret: bool


class Key(Struct, frozen=True, kw_only=True):
    """A primary key (the first part), its subkeys, and its identities that are valid, the primary one first."""

    parts: tuple[Part, ...]
    identities: tuple[Person, ...] = ()

    @property
    def primary(self) -> Part:
        """The primary key."""
        return self.parts[0]


def parse_listing(listing: bytes) -> tuple[Key, ...]:
    """Take a listing with all fingerprints apart, of public keys or of secret ones."""
    lines = [line.split(b":") for line in listing.splitlines()]
    starts = [number for number, fields in enumerate(lines) if fields[0] in {b"pub", b"sec"}]
    return tuple(_key(lines[start:end]) for start, end in pairwise([*starts, len(lines)]))


def _key(lines: list[list[bytes]]) -> Key:
    heads = [fields for fields in lines if fields[0] in {b"pub", b"sec", b"sub", b"ssb"}]
    fingerprints = [fields[9].decode("ascii") for fields in lines if fields[0] == b"fpr"]
    parts = tuple(_part(fields, Fingerprint(name)) for fields, name in zip(heads, fingerprints, strict=True))
    return Key(parts=parts, identities=tuple(_identities(lines)))


def _part(fields: list[bytes], fingerprint: Fingerprint) -> Part:
    return Part(
        fingerprint=fingerprint,
        fitness=_FITNESS.get(fields[1], Fitness.USABLE),
        created=int(fields[5] or 0),
        expiry=datetime.fromtimestamp(int(fields[6]), UTC) if fields[6] else None,
        can_sign=b"s" in fields[11],
        has_secret=fields[0] in {b"sec", b"ssb"} and fields[14] != b"#",
    )


def _identities(lines: list[list[bytes]]) -> Iterator[Person]:
    """Yield the user ids that are neither revoked nor expired and hold an e-mail address."""
    for fields in lines:
        if fields[0] == b"uid" and fields[1] not in _FITNESS:
            text = _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), fields[9])
            match = _IDENTITY.fullmatch(text.decode(errors="replace"))
            if match is not None:
                yield Person(name=match["name"], email=match["email"])
