"""The step summary of an update. Values in, text out. No I/O."""

from __future__ import annotations

from flakebot.model import Attempt, Update
from flakebot.text.moves import moves_in, span
from flakebot.text.render import render

_ROWS = 150
_NAMES = 6


def update_summary(update: Update, *, failures: tuple[str, ...] = ()) -> str:
    """Return what moved, what failed, how each check ended with the end of its log, and all tries of a search."""
    found = [(candidate, moves_in(candidate)) for candidate in update.candidates]
    shown = [
        {"candidate": candidate, "moves": moves[:_ROWS], "more": len(moves) - len(moves[:_ROWS])}
        for candidate, moves in found
    ]
    attempts = tuple(map(_row, update.attempts)) if len(update.attempts) > 1 else ()
    return render("update.md.j2", update=update, shown=shown, attempts=attempts, failures=failures)


def _row(attempt: Attempt) -> tuple[str, str, str, str, str]:
    names = ", ".join(attempt.inputs[:_NAMES])
    more = len(attempt.inputs) - len(attempt.inputs[:_NAMES])
    moved = f"{names} and {more} more" if more else names or "nothing: the base as it is"
    depth = "whole" if attempt.is_built else "evaluation only"
    return attempt.directory, moved, depth, attempt.outcome.value, span(attempt.duration)
