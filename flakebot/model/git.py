"""What git holds: trees, commits and their signatures. Frozen values, no I/O."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from flakebot.model.names import Fingerprint, Sha

REGULAR_FILE = "100644"
"""git's mode of a plain, not executable file: the only one a lock may have."""


class TreeEntry(Struct, frozen=True, kw_only=True):
    """One entry of a tree: six octal digits of mode, the object's kind (blob, tree, commit) and name."""

    path: str
    mode: str
    kind: str
    sha: Sha


class TreeChange(Struct, frozen=True, kw_only=True):
    """One raw difference between two trees, as ``git diff-tree -r --raw`` without renames gives it.

    ``status`` is git's letter (A, D, M, T); a side that does not exist has mode ``000000`` and an all-zero sha.
    """

    path: str
    status: str
    old_mode: str
    new_mode: str
    old_sha: Sha
    new_sha: Sha


class Person(Struct, frozen=True, kw_only=True):
    """A name and an e-mail address as a commit or a key records them."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class Commit(Struct, frozen=True, kw_only=True):
    """A commit as its object says. ``signature`` is the armoured ``gpgsig``, ``payload`` the bytes it covers."""

    sha: Sha
    tree: Sha
    parents: tuple[Sha, ...]
    author: Person
    committer: Person
    message: str
    signature: str | None
    payload: bytes


class SignatureState(StrEnum):
    """What our own verification found."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    BAD = "bad"
    UNKNOWN_KEY = "made by a key that the account does not list"
    EXPIRED_KEY = "made by a key that expired"
    REVOKED_KEY = "made by a revoked key"
    EXPIRED = "expired"


class Signature(Struct, frozen=True, kw_only=True):
    """A verified (or not) signature: the fingerprints of the key that signed and of its primary key."""

    state: SignatureState
    fingerprint: Fingerprint | None = None
    primary: Fingerprint | None = None
    identities: tuple[Person, ...] = ()
