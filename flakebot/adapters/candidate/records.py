"""What the JSON files of a candidate's folder hold, strictly. Values only; a field that is not ours is refused."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

from flakebot.model import Attempt, Candidate, CheckOutcome, CheckReport, CheckStage, LockUpdate, Stayed, Update

_Commit = Annotated[str, Meta(pattern=r"\A[0-9a-f]{40}\Z")]
_Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_LONGEST = 4096
_Text = Annotated[str, Meta(min_length=1, max_length=_LONGEST)]
_Words = Annotated[str, Meta(max_length=_LONGEST)]
_Seconds = Annotated[float, Meta(ge=0, le=timedelta(days=366).total_seconds())]
_Time = Annotated[datetime, Meta(tz=True)]
_Name = Annotated[str, Meta(pattern=r"\A([A-Za-z0-9_][A-Za-z0-9._-]{0,99})?\Z")]
"""What a branch may end in; also a safe name of a folder."""


class CheckRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check. What it printed stands in a file of its own."""

    outcome: CheckOutcome
    command: tuple[str, ...]
    seconds: _Seconds
    failed_in: CheckStage | None
    failing: _Words
    is_exact: bool

    @classmethod
    def of(cls, check: CheckReport) -> Self:
        """Describe a check."""
        return cls(
            outcome=check.outcome,
            command=check.command,
            seconds=check.duration.total_seconds(),
            failed_in=check.failed_in,
            failing=check.failing[:_LONGEST],
            is_exact=check.is_exact,
        )

    def report(self, log: str) -> CheckReport:
        """Return what it describes, with what was printed."""
        return CheckReport(
            outcome=self.outcome,
            command=self.command,
            duration=timedelta(seconds=self.seconds),
            log=log,
            failed_in=self.failed_in,
            failing=self.failing,
            is_exact=self.is_exact,
        )


class ChoiceRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an input got its revision."""

    input: _Text
    ref: _Text | None
    revision: _Text
    seen_at: _Time
    min_age: timedelta | None


class StayedRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An input that was left out, and why."""

    input: _Text
    why: _Text
    held_by: _Words

    @classmethod
    def of(cls, stayed: Stayed) -> Self:
        """Describe an input that stayed; a host's own words may be among the reasons, however long."""
        return cls(input=stayed.input, why=stayed.why[:_LONGEST], held_by=stayed.held_by)


class LockRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lock: its path, and the hashes of its two files."""

    path: _Text
    sha256: _Hash
    old_sha256: _Hash | None
    choices: tuple[ChoiceRecord, ...]

    @classmethod
    def of(cls, lock: LockUpdate) -> Self:
        """Describe a lock."""
        return cls(
            path=lock.path,
            sha256=sha256(lock.new),
            old_sha256=None if lock.old is None else sha256(lock.old),
            choices=tuple(ChoiceRecord(**asdict(choice)) for choice in lock.choices),
        )


class CandidateRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One candidate, but for its locks and logs."""

    name: _Name
    base: _Commit
    tree: _Commit
    locks: Annotated[tuple[LockRecord, ...], Meta(min_length=1)]
    nix_version: _Text
    made_at: _Time
    check: CheckRecord
    held: _Words
    stayed: tuple[StayedRecord, ...]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """Describe a candidate."""
        return cls(
            name=candidate.name,
            base=candidate.base,
            tree=candidate.tree,
            locks=tuple(map(LockRecord.of, candidate.locks)),
            nix_version=candidate.nix_version,
            made_at=candidate.made_at,
            check=CheckRecord.of(candidate.check),
            held=candidate.held,
            stayed=tuple(map(StayedRecord.of, candidate.stayed)),
        )


class AttemptRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check of a search."""

    directory: _Text
    inputs: tuple[_Text, ...]
    is_built: bool
    outcome: CheckOutcome
    seconds: _Seconds

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Describe an attempt."""
        return cls(
            directory=attempt.directory,
            inputs=attempt.inputs,
            is_built=attempt.is_built,
            outcome=attempt.outcome,
            seconds=attempt.duration.total_seconds(),
        )

    def attempt(self) -> Attempt:
        """Return what it describes."""
        return Attempt(
            directory=self.directory,
            inputs=self.inputs,
            is_built=self.is_built,
            outcome=self.outcome,
            duration=timedelta(seconds=self.seconds),
        )


class UpdateRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole update: from where, of which locks, and the folders of its candidates in their order."""

    version: Literal[2] = field(name="schema")
    base: _Commit
    paths: tuple[_Text, ...]
    is_complete: bool
    candidates: tuple[_Name, ...]
    attempts: tuple[AttemptRecord, ...]

    @classmethod
    def of(cls, update: Update, folders: tuple[str, ...]) -> Self:
        """Describe an update whose candidates stand in these folders."""
        return cls(
            version=2,
            base=update.base,
            paths=update.paths,
            is_complete=update.is_complete,
            candidates=folders,
            attempts=tuple(map(AttemptRecord.of, update.attempts)),
        )


def sha256(content: bytes) -> str:
    """Return the hash of a file's bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
