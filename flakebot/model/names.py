"""The names that must not be mixed: shas, logins, fingerprints, branches, repositories. No I/O."""

from __future__ import annotations

from typing import NewType

from msgspec import Struct

Sha = NewType("Sha", str)
"""A full git object name: 40 lower-case hexadecimal digits."""

Login = NewType("Login", str)
"""An account's name on GitHub; an App's has the suffix ``[bot]``."""

Fingerprint = NewType("Fingerprint", str)
"""An OpenPGP key's fingerprint: 40 upper-case hexadecimal digits, no spaces."""

Branch = NewType("Branch", str)
"""A branch's short name, as ``main``; never ``refs/heads/main``."""


class RepositoryName(Struct, frozen=True, kw_only=True):
    """A repository as GitHub addresses it: ``owner/name``."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"
