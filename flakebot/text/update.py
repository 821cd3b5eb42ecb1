"""The step summary of an update. Values in, text out. No I/O."""

from __future__ import annotations

from flakebot.model import Update
from flakebot.text.attempts import attempt_rows
from flakebot.text.moves import moves_in
from flakebot.text.render import render

_ROWS = 150


def update_summary(update: Update, *, failures: tuple[str, ...] = ()) -> str:
    """Return what moved, what failed, how each check ended with the end of its log, and all tries of a search."""
    found = [(candidate, moves_in(candidate)) for candidate in update.candidates]
    shown = [
        {"candidate": candidate, "moves": moves[:_ROWS], "more": len(moves) - len(moves[:_ROWS])}
        for candidate, moves in found
    ]
    attempts = attempt_rows(update.attempts)
    return render("update.md.j2", update=update, shown=shown, attempts=attempts, failures=failures)
