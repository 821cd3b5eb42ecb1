"""The names that must not be mixed: shas, logins, fingerprints, branches, repositories. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

Sha = NewType("Sha", str)
"""A full git object name: 40 lower-case hexadecimal digits."""

Login = NewType("Login", str)
"""An account's name on GitHub; an App's has the suffix ``[bot]``."""

Fingerprint = NewType("Fingerprint", str)
"""An OpenPGP key's fingerprint: 40 upper-case hexadecimal digits, no spaces."""

Branch = NewType("Branch", str)
"""A branch's short name, as ``main``; never ``refs/heads/main``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryName:
    """A repository as GitHub addresses it: ``owner/name``."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"
