"""Rules about the files of a change: the configured locks, as plain files, and nothing else in any commit. No I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from flakebot.lock.wording import shown
from flakebot.model import REGULAR_FILE, TreeChange
from flakebot.policy.cases import ChangeCase
from flakebot.policy.evidence import LockEvidence
from flakebot.policy.rule import Objection, Rule, refuse

_NOTHING = "000000"
_TAKE_OUT = "Take everything else out of the branch, or propose it in a pull request of its own."


def _empty(case: ChangeCase) -> Iterator[Objection]:
    if not case.evidence.changes:
        yield refuse("the change changes no file", "Close it: there is nothing to merge.")
    for found in case.evidence.commits:
        if not found.changes:
            yield refuse(f"commit {found.commit.sha[:7]} changes no file", "Push the branch again without that commit.")


def _path(case: ChangeCase) -> Iterator[Objection]:
    for where, change in _all_changes(case):
        if change.path not in case.expectation.locks:
            expected = " or ".join(map(shown, case.expectation.locks)) or "no file at all"
            yield refuse(f"{where} changes {shown(change.path)}, expected {expected}", _TAKE_OUT)


def _mode(case: ChangeCase) -> Iterator[Objection]:
    for where, change in _all_changes(case):
        found = (change.status, change.old_mode, change.new_mode)
        if found not in {("M", REGULAR_FILE, REGULAR_FILE), ("A", _NOTHING, REGULAR_FILE)}:
            said = f"{where} changes {shown(change.path)} as {' '.join(found)}"
            yield refuse(f"{said}, expected M {REGULAR_FILE} {REGULAR_FILE}", "Keep the lock a plain file; restore it.")


def _all_changes(case: ChangeCase) -> Iterator[tuple[str, TreeChange]]:
    for change in case.evidence.changes:
        yield "the change", change
    for found in case.evidence.commits:
        for change in found.changes:
            yield f"commit {found.commit.sha[:7]}", change


def _bytes(case: ChangeCase) -> Iterator[Objection]:
    """Hash the judged bytes again, as git does: what is judged must be what is merged."""
    locks = {lock.path: lock for lock in case.evidence.locks}
    for change in case.evidence.changes:
        lock = locks.get(change.path)
        if change.path in case.expectation.locks and (lock is None or not _is_of(lock, change)):
            said = f"the bytes that were read of {shown(change.path)} are not those of {change.new_sha[:7]} in the tree"
            yield refuse(said, "Judge again from the start; something changed in between.")


def _is_of(lock: LockEvidence, change: TreeChange) -> bool:
    return (_blob(lock.old), _blob(lock.new)) == (change.old_sha, change.new_sha)


def _blob(data: bytes | None) -> str:
    """Return git's name of a blob; its hash is no protection here but an identity (githash, SHA-1 repositories)."""
    if data is None:
        return "0" * 40
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _unread(case: ChangeCase) -> Iterator[Objection]:
    if not case.evidence.locks:
        yield refuse("no lock was read, so none was judged", "Configure the folder of the flake.")
    changed = {change.path for change in case.evidence.changes}
    for lock in case.evidence.locks:
        if lock.path not in changed and lock.old != lock.new:
            said = f"{shown(lock.path)} differs between base and head, but the tree does not say so"
            yield refuse(said, "Judge again from the start; something changed in between.")


TREE = (
    Rule(
        name="tree-empty",
        purpose="A change changes something, and so does each of its commits.",
        objections=_empty,
    ),
    Rule(
        name="tree-path",
        purpose="Nothing but the configured locks changes, neither in the end nor in any commit on the way.",
        objections=_path,
    ),
    Rule(
        name="tree-mode",
        purpose="A lock is a plain file before and after: no symlink, no executable, no submodule, no rename.",
        objections=_mode,
    ),
    Rule(
        name="tree-bytes",
        purpose="The bytes that are judged are the ones in the tree that is merged.",
        objections=_bytes,
    ),
    Rule(
        name="tree-locks",
        purpose="At least one lock is judged, and no lock changes behind the tree's back.",
        objections=_unread,
    ),
)
