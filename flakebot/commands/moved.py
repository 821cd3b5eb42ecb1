"""Which inputs of the flakes themselves differ between two locks, by name. Judges nothing, reads nothing."""

from __future__ import annotations

from flakebot.lock.document import LockError
from flakebot.model import Candidate
from flakebot.text.moves import moves_of

Moved = frozenset[tuple[str, str]]
"""Inputs, each with the path of its lock."""


def moved_by(candidate: Candidate) -> Moved:
    """Return what a candidate moves, which was judged: its locks can be read."""
    return frozenset((lock.path, name) for lock in candidate.locks for name in root_inputs(lock.old, lock.new))


def root_inputs(old: bytes | None, new: bytes | None) -> tuple[str, ...]:
    """Return the names of the root's inputs that moved; none where one side is missing, or is no lock."""
    if new is None:
        return ()
    try:
        return tuple(move.name for move in moves_of(old, new) if move.is_root)
    except LockError:
        return ()
