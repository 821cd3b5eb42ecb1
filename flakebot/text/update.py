"""The step summary of an update. Values in, text out. No I/O."""

from __future__ import annotations

from flakebot.model import Update
from flakebot.text.moves import moves_in
from flakebot.text.render import render

_ROWS = 150


def update_summary(update: Update) -> str:
    """Return what moved and how each check ended, with the end of its log when it did not pass."""
    found = [(candidate, moves_in(candidate)) for candidate in update.candidates]
    shown = [
        {"candidate": candidate, "moves": moves[:_ROWS], "more": len(moves) - len(moves[:_ROWS])}
        for candidate, moves in found
    ]
    return render("update.md.j2", update=update, shown=shown)
