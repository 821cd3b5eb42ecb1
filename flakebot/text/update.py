"""The step summary of an update. Values in, text out. No I/O."""

from __future__ import annotations

from flakebot.model import Candidate
from flakebot.text.moves import moves_of
from flakebot.text.render import render

_ROWS = 150


def update_summary(candidate: Candidate) -> str:
    """Return what moved and how the check ended, with the end of its log when it did not pass."""
    moves = moves_of(candidate.old_lock, candidate.lock)
    return render("update.md.j2", candidate=candidate, moves=moves[:_ROWS], more=len(moves) - len(moves[:_ROWS]))
