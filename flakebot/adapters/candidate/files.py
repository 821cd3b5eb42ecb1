"""An update as the files of a folder, and back. Pure; whatever does not fit together is refused.

``update.json`` names a folder for each candidate. In it ``candidate.json`` says what it is and holds the hashes of its
locks, ``1.lock`` the bytes that were checked, ``1.lock.old`` those of the base commit unless it has none (``2.lock``
and so on where one candidate changes several), ``update.log`` and ``check.log`` what Nix said. ``.gitignore`` keeps all
of it out of the next ``git add``; it is never read, and need not come along when the folder is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec.structs import asdict

from flakebot.adapters.candidate.records import CandidateRecord, LockRecord, UpdateRecord, sha256
from flakebot.adapters.complaint import complaint_of
from flakebot.model import Candidate, Choice, LockUpdate, Sha, Stayed, Update

RECORD, CANDIDATE, UPDATE_LOG, CHECK_LOG = "update.json", "candidate.json", "update.log", "check.log"

IGNORE, IGNORES_ALL = ".gitignore", b"*\n"

_IN_FOLDER = re.compile(r"candidate\.json|update\.log|check\.log|\d+\.lock(\.old)?")
_WHOLE = "everything"

_RecordT = TypeVar("_RecordT", UpdateRecord, CandidateRecord)

Read = Callable[[str], bytes | None]
"""Reads one file of the folder; None when there is none."""


def is_own(path: str) -> bool:
    """Whether a file of that path below the folder is one that an update consists of."""
    folder, _, name = path.rpartition("/")
    return path == RECORD or (re.fullmatch(r"\d+-[^/]+", folder) is not None and _IN_FOLDER.fullmatch(name) is not None)


def to_files(update: Update) -> dict[str, bytes]:
    """Return the files that an update consists of, by their paths in the folder."""
    folders = tuple(f"{number}-{found.name or _WHOLE}" for number, found in enumerate(update.candidates, start=1))
    files = {IGNORE: IGNORES_ALL, RECORD: _json(UpdateRecord.of(update, folders))}
    for folder, candidate in zip(folders, update.candidates, strict=True):
        files |= {f"{folder}/{name}": content for name, content in _files_of(candidate).items()}
    return files


def _files_of(candidate: Candidate) -> dict[str, bytes]:
    locks: dict[str, bytes] = {}
    for number, lock in enumerate(candidate.locks, start=1):
        locks[f"{number}.lock"] = lock.new
        if lock.old is not None:
            locks[f"{number}.lock.old"] = lock.old
    return {
        CANDIDATE: _json(CandidateRecord.of(candidate)),
        UPDATE_LOG: candidate.update_log.encode(errors="replace"),
        CHECK_LOG: candidate.check.log.encode(errors="replace"),
    } | locks


def _json(record: UpdateRecord | CandidateRecord) -> bytes:
    """Return a record as JSON. Raises `ValueError` for one that could not be read back."""
    written = msgspec.json.encode(record)
    msgspec.json.decode(written, type=type(record))
    return msgspec.json.format(written) + b"\n"


def from_files(read: Read) -> Update:
    """Return the update that files hold.

    Raises `ValueError` for a file that is missing or changed, and for a record that is not ours.
    """
    record = _record(UpdateRecord, read, RECORD)
    candidates = tuple(_candidate(read, folder) for folder in record.candidates)
    for candidate in candidates:
        if candidate.base != record.base or not {lock.path for lock in candidate.locks} <= set(record.paths):
            raise ValueError(f"{RECORD} speaks of another base or of other locks than its candidates")
    if len({candidate.name for candidate in candidates}) < len(candidates):
        raise ValueError("two candidates have one name")
    return Update(
        base=Sha(record.base),
        paths=record.paths,
        candidates=candidates,
        attempts=tuple(attempt.attempt() for attempt in record.attempts),
        is_complete=record.is_complete,
    )


def _candidate(read: Read, folder: str) -> Candidate:
    record = _record(CandidateRecord, read, f"{folder}/{CANDIDATE}")
    return Candidate(
        name=record.name,
        base=Sha(record.base),
        tree=Sha(record.tree),
        locks=tuple(_lock(read, f"{folder}/{number}.lock", lock) for number, lock in enumerate(record.locks, start=1)),
        nix_version=record.nix_version,
        made_at=record.made_at,
        update_log=_required(read, f"{folder}/{UPDATE_LOG}").decode(errors="replace"),
        check=record.check.report(_required(read, f"{folder}/{CHECK_LOG}").decode(errors="replace")),
        held=record.held,
        stayed=tuple(Stayed(**asdict(stayed)) for stayed in record.stayed),
    )


def _lock(read: Read, name: str, record: LockRecord) -> LockUpdate:
    new, old = _required(read, name), read(f"{name}.old")
    if sha256(new) != record.sha256:
        raise ValueError(f"{name} was changed after it was checked")
    if (None if old is None else sha256(old)) != record.old_sha256:
        raise ValueError(f"{name}.old was changed, added or removed after the update was made")
    choices = tuple(Choice(**asdict(choice)) for choice in record.choices)
    return LockUpdate(path=record.path, old=old, new=new, choices=choices)


def _record(kind: type[_RecordT], read: Read, name: str) -> _RecordT:
    """Return what a file describes; of what msgspec finds wrong with it, where, but not the value."""
    content = _required(read, name)
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        complaint = complaint_of(error)
        raise ValueError(": ".join(filter(None, (name, complaint.place, complaint.what)))) from None
    except ValueError as error:  # no JSON, or no Unicode
        raise ValueError(f"{name}: {error}") from None


def _required(read: Read, name: str) -> bytes:
    content = read(name)
    if content is None:
        raise ValueError(f"{name} is missing")
    return content
