"""An update as it was made and checked. Frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flakebot.model.names import Sha


class CheckOutcome(StrEnum):
    """How ``nix flake check`` on the candidate ended."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """One check: its argv, how it ended, how long it took and the end of what it printed."""

    outcome: CheckOutcome
    command: tuple[str, ...]
    duration: timedelta
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Why an input got its revision (or hash): it was the tip of that ref, no ref being the default, when seen."""

    input: str
    ref: str | None
    revision: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An update that was made and checked, ready to be proposed.

    ``lock`` holds the exact bytes that were checked and ``tree`` names the whole tree in which they were, so
    that the commit that is built later can be proved to be what the check saw. ``old_lock`` is None where the
    base has no lock yet. ``choices`` are the revisions that the update took for the inputs of this repository.
    All of it was written by a process that held no secret.
    """

    base: Sha
    tree: Sha
    path: str
    old_lock: bytes | None = field(repr=False)
    lock: bytes = field(repr=False)
    nix_version: str
    made_at: datetime
    update_log: str = field(repr=False)
    check: CheckReport
    choices: tuple[Choice, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the update changed the lock at all."""
        return self.lock != self.old_lock
