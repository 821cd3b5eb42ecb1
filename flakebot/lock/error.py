"""Why bytes are not a lock that can be judged. Values for other modules to raise, nothing else."""

from __future__ import annotations

from enum import StrEnum


class Defect(StrEnum):
    """What can be wrong with a lock as a document; each is the name of the policy's rule about it."""

    JSON = "lock-json"
    DUPLICATE_KEY = "lock-duplicate-key"
    SIZE = "lock-size"
    VERSION = "lock-version"
    FIELD = "lock-field"
    REFERENCE = "lock-reference"
    FOLLOWS = "lock-follows"
    UNREACHABLE = "lock-unreachable"


class LockError(ValueError):
    """The document cannot be trusted to mean one thing: which defect it has, in a sentence."""

    def __init__(self, defect: Defect, message: str) -> None:
        super().__init__(message)
        self.defect = defect


class NotALockError(LockError):
    """These bytes are no lock at all: not JSON, or not an object with nodes, root and version."""

    def __init__(self, message: str) -> None:
        super().__init__(Defect.JSON, message)
