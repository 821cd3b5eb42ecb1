"""Which inputs are at an older revision than the newest because of their age, and since when. Values in, values out."""

from __future__ import annotations

from flakebot.model import Candidate
from flakebot.text.moves import span

Row = tuple[str, str, str, str]
"""The input, the ref whose tip the revision was (empty for the default branch), the day since when, the least age."""


def age_rows(candidate: Candidate) -> tuple[Row, ...]:
    """Return a row for each input for which `min-age` chose; with several locks it is named as Nix does it."""
    is_one = len(candidate.locks) == 1
    return tuple(
        (
            choice.input if is_one else f"{lock.path.rpartition('/')[0] or '.'}#{choice.input}",
            choice.ref or "",
            choice.seen_at.date().isoformat(),
            span(choice.min_age),
        )
        for lock in candidate.locks
        for choice in lock.choices
        if choice.min_age is not None
    )
