"""The tries of a search in a table's rows, in the order in which they were made. Values in, values out. No I/O."""

from __future__ import annotations

from flakebot.model import Attempt
from flakebot.text.moves import span

MOST_ROWS = 60
_NAMES = 6
_LONGEST_NAME = 40

Row = tuple[str, str, str, str, str]
"""The flake's folder, what had moved, how deep the check went, how it ended and how long that took."""


def attempt_rows(attempts: tuple[Attempt, ...]) -> tuple[Row, ...]:
    """Return the rows; a single check is no search and has none."""
    return tuple(map(_row, attempts[:MOST_ROWS])) if len(attempts) > 1 else ()


def _row(attempt: Attempt) -> Row:
    names = ", ".join(name[:_LONGEST_NAME] for name in attempt.inputs[:_NAMES])
    more = len(attempt.inputs) - len(attempt.inputs[:_NAMES])
    moved = f"{names} and {more} more" if more else names or "nothing: the base as it is"
    depth = "whole" if attempt.is_built else "evaluation only"
    return attempt.directory, moved, depth, attempt.outcome.value, span(attempt.duration)
