"""The commit's message and the pull request's title. Values in, text out. No I/O."""

from __future__ import annotations

from flakebot.model import Candidate
from flakebot.text.moves import Move, described, moves_of
from flakebot.text.neutral import neutral
from flakebot.text.render import render

_TITLE_LIMIT = 72


def headline(candidate: Candidate) -> str:
    """Return one line: the lock and what moved in it, or how much when that is too long."""
    moves = tuple(move for move in moves_of(candidate.old_lock, candidate.lock) if move.is_root)
    if candidate.old_lock is None:
        return f"{candidate.path}: lock the inputs"
    names = ", ".join(neutral(move.name) for move in moves)
    line = f"{candidate.path}: update {names or 'the inputs of inputs'}"
    return line if len(line) <= _TITLE_LIMIT else f"{candidate.path}: update {len(moves)} inputs"


def commit_message(candidate: Candidate) -> str:
    """Return the whole message; it depends on the candidate's locks alone, so the same update reads the same."""
    moves: tuple[Move, ...] = moves_of(candidate.old_lock, candidate.lock)
    return render("commit.txt.j2", headline=headline(candidate), lines=[neutral(described(move)) for move in moves])
