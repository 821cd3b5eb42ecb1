"""The commit's message and the pull request's title. Values in, text out. No I/O."""

from __future__ import annotations

from flakebot.model import Candidate
from flakebot.text.moves import Move, described, moves_in
from flakebot.text.neutral import neutral
from flakebot.text.render import render

_TITLE_LIMIT = 72


def headline(candidate: Candidate) -> str:
    """Return one line: the lock and what moved in it, or how much when that is too long."""
    locks = ", ".join(lock.path for lock in candidate.locks)
    if any(lock.old is None for lock in candidate.locks):
        return f"{locks}: lock the inputs"
    moves = tuple(move for move in moves_in(candidate) if move.is_root)
    names = ", ".join(neutral(move.name) for move in moves)
    line = f"{locks}: update {names or 'the inputs of inputs'}"
    if len(line) <= _TITLE_LIMIT:
        return line
    line = f"{locks}: update {len(moves)} inputs"
    return line if len(line) <= _TITLE_LIMIT else f"{len(candidate.locks)} locks: update {len(moves)} inputs"


def commit_message(candidate: Candidate) -> str:
    """Return the whole message; it depends on the candidate's locks alone, so the same update reads the same."""
    moves: tuple[Move, ...] = moves_in(candidate)
    return render("commit.txt.j2", headline=headline(candidate), lines=[neutral(described(move)) for move in moves])
