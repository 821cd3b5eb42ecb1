"""An update as it was made and checked. Frozen values, no I/O."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from flakebot.model.names import Sha


class CheckOutcome(StrEnum):
    """How a check ended. Of one that was cut off because a search's time was over, nothing is known."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    CUT_OFF = "cut off"
    SKIPPED = "skipped"


class CheckStage(StrEnum):
    """What a check does first, and what it does then."""

    EVALUATION = "evaluation"
    BUILD = "build"


class CheckReport(Struct, frozen=True, kw_only=True):
    """One check: its argv, how it ended, how long it took and the end of what it printed.

    ``failed_in`` is where it failed, as far as what it printed tells, and ``failing`` the first attribute that did, as
    ``checks.x86_64-linux.web``, where Nix names it. Both are hints: a flake can print what it likes. ``is_exact`` is
    False where it was another lock than the candidate's that failed: one that moves more.
    """

    outcome: CheckOutcome
    command: tuple[str, ...]
    duration: timedelta
    log: str
    failed_in: CheckStage | None = None
    failing: str = ""
    is_exact: bool = True


class Choice(Struct, frozen=True, kw_only=True):
    """Why an input got its revision (or hash): Nix locked it for that ref, no ref being the default, when seen.

    ``min_age`` is the age for whose sake this is not the newest revision but one of which the host said that it was
    the tip then; None for the newest.
    """

    input: str
    ref: str | None
    revision: str
    seen_at: datetime
    min_age: timedelta | None = None


class LockUpdate(Struct, frozen=True, kw_only=True):
    """One lock before and after, at its path from the top of the repository.

    ``old`` is None where the base has no lock yet. ``choices`` are the revisions that the update took for the inputs
    of this repository.
    """

    path: str
    old: bytes | None
    new: bytes
    choices: tuple[Choice, ...] = ()


class Stayed(Struct, frozen=True, kw_only=True):
    """A root input that has an update which this candidate leaves out, and why in a few words.

    ``held_by`` is the name of the candidate that holds the update for a person, empty where none does.
    """

    input: str
    why: str
    held_by: str = ""


class Candidate(Struct, frozen=True, kw_only=True):
    """A change of locks that was made and checked, ready to be proposed as one commit.

    ``name`` tells it from the others of its update; it is empty where one takes everything. The locks hold the exact
    bytes that were checked and ``tree`` names the whole tree in which they were, so that the commit that is built
    later can be proved to be what the check saw. ``held`` says why only a person may merge it, and is empty for one
    that goes its way. All of it was written by a process that held no secret.
    """

    name: str = ""
    base: Sha
    tree: Sha
    locks: tuple[LockUpdate, ...]
    nix_version: str
    made_at: datetime
    update_log: str
    check: CheckReport
    held: str = ""
    stayed: tuple[Stayed, ...] = ()


class Attempt(Struct, frozen=True, kw_only=True):
    """One check of the search for what breaks: which root inputs of which flake had moved, and how it ended.

    ``is_built`` is False where the flake was only evaluated.
    """

    directory: str
    inputs: tuple[str, ...]
    is_built: bool
    outcome: CheckOutcome
    duration: timedelta


class Update(Struct, frozen=True, kw_only=True):
    """Everything that one call of ``flakebot update`` made of one commit of the base branch.

    ``paths`` are the locks that it looked at; without a candidate there was nothing to do for any of them. Where it
    was asked for some inputs only, it is not complete, and says nothing about proposals that it does not hold.
    """

    base: Sha
    paths: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    attempts: tuple[Attempt, ...] = ()
    is_complete: bool = True
