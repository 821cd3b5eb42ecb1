"""A candidate as the files of a folder, and back. Pure; whatever does not fit together is refused.

``candidate.json`` says what it is and holds the hashes of both locks, ``flake.lock`` the bytes that were checked,
``flake.lock.old`` those of the base commit unless it has none, ``update.log`` and ``check.log`` what Nix said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from flakebot.model import Candidate, CheckOutcome, CheckReport, Choice, Sha

RECORD, LOCK, OLD_LOCK, UPDATE_LOG, CHECK_LOG = (
    "candidate.json",
    "flake.lock",
    "flake.lock.old",
    "update.log",
    "check.log",
)

_Name = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Text = Annotated[str, Field(min_length=1, max_length=4096)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Check(_Strict):
    outcome: CheckOutcome
    command: tuple[str, ...]
    seconds: float = Field(ge=0, allow_inf_nan=False)


class _Choice(_Strict):
    input: _Text
    ref: _Text | None
    revision: _Text
    seen_at: AwareDatetime


class _Record(_Strict):
    version: Literal[1] = Field(alias="schema")
    base: _Name
    tree: _Name
    path: _Text
    nix_version: _Text
    made_at: AwareDatetime
    lock_sha256: _Hash
    old_lock_sha256: _Hash | None
    check: _Check
    choices: tuple[_Choice, ...]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        check = candidate.check
        return cls(
            schema=1,
            base=candidate.base,
            tree=candidate.tree,
            path=candidate.path,
            nix_version=candidate.nix_version,
            made_at=candidate.made_at,
            lock_sha256=_sha256(candidate.lock),
            old_lock_sha256=None if candidate.old_lock is None else _sha256(candidate.old_lock),
            check=_Check(outcome=check.outcome, command=check.command, seconds=check.duration.total_seconds()),
            choices=tuple(_Choice(**asdict(choice)) for choice in candidate.choices),
        )


def to_files(candidate: Candidate) -> dict[str, bytes]:
    """Return the files that a candidate consists of, by their names."""
    old = {} if candidate.old_lock is None else {OLD_LOCK: candidate.old_lock}
    record = _Record.of(candidate).model_dump_json(by_alias=True, indent=2)
    return {
        RECORD: f"{record}\n".encode(),
        LOCK: candidate.lock,
        UPDATE_LOG: candidate.update_log.encode(errors="replace"),
        CHECK_LOG: candidate.check.log.encode(errors="replace"),
    } | old


def from_files(files: Mapping[str, bytes]) -> Candidate:
    """Return the candidate that files hold.

    Raises `ValueError` (pydantic's is one) for a file that is missing or changed, and for a record that is not ours.
    """
    record = _Record.model_validate_json(_required(files, RECORD))
    lock, old_lock = _required(files, LOCK), files.get(OLD_LOCK)
    if _sha256(lock) != record.lock_sha256:
        raise ValueError(f"{LOCK} was changed after it was checked")
    if (None if old_lock is None else _sha256(old_lock)) != record.old_lock_sha256:
        raise ValueError(f"{OLD_LOCK} was changed, added or removed after the update was made")
    return Candidate(
        base=Sha(record.base),
        tree=Sha(record.tree),
        path=record.path,
        old_lock=old_lock,
        lock=lock,
        nix_version=record.nix_version,
        made_at=record.made_at,
        update_log=_required(files, UPDATE_LOG).decode(errors="replace"),
        check=CheckReport(
            outcome=record.check.outcome,
            command=record.check.command,
            duration=timedelta(seconds=record.check.seconds),
            log=_required(files, CHECK_LOG).decode(errors="replace"),
        ),
        choices=tuple(Choice(**choice.model_dump()) for choice in record.choices),
    )


def _required(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise ValueError(f"{name} is missing")
    return files[name]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
