"""What an update came to, as a step summary and for a terminal. Values in, text out. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.diff import diff
from flakebot.lock.document import parse
from flakebot.model import Candidate, CheckOutcome, LockUpdate, Update
from flakebot.text.attempts import attempt_rows
from flakebot.text.changes import change_lines
from flakebot.text.moves import moves_in
from flakebot.text.neutral import ending
from flakebot.text.render import render

_ROWS = 150
_LOG_END = 3000
"""Characters of a failing check's log on a terminal; all of it is in the candidate."""


def update_summary(update: Update, *, failures: tuple[str, ...] = ()) -> str:
    """Return what moved, what failed, how each check ended with the end of its log, and all tries of a search."""
    found = [(candidate, moves_in(candidate)) for candidate in update.candidates]
    shown = [
        {"candidate": candidate, "moves": moves[:_ROWS], "more": len(moves) - len(moves[:_ROWS])}
        for candidate, moves in found
    ]
    attempts = attempt_rows(update.attempts)
    return render("update.md.j2", update=update, shown=shown, attempts=attempts, failures=failures)


def update_lines(update: Update) -> tuple[str, ...]:
    """Return what each candidate moves, what stays and why, and the end of the log of a check that failed."""
    return tuple(line for candidate in update.candidates for line in _lines(candidate))


def where_it_is(update: Update, folder: str) -> str:
    """Return where the candidates are and what becomes of them; empty where there is none."""
    if not update.candidates:
        return ""
    noun, pronoun = ("candidate is", "it") if len(update.candidates) == 1 else ("candidates are", "them")
    return (
        f"The {noun} in {folder}; `flakebot propose` takes {pronoun}. Made from commit {update.base[:7]}: "
        f"what is not committed is not part of {pronoun}. Your checkout is unchanged."
    )


def _lines(candidate: Candidate) -> Iterator[str]:
    for lock in candidate.locks:
        yield f"{lock.path}{f' ({candidate.name})' if candidate.name else ''}:"
        yield from (f"  {line}" for line in _changes(lock))
    yield from (f"  {stayed.input} stays: {stayed.why}" for stayed in candidate.stayed)
    if candidate.held:
        yield f"  left to a person: {candidate.held}"
    if candidate.check.outcome in {CheckOutcome.FAILED, CheckOutcome.TIMED_OUT}:
        yield f"  its check {candidate.check.outcome.value}; the end of what it printed:"
        yield from (f"    {line}" for line in ending(candidate.check.log.strip(), _LOG_END).splitlines())


def _changes(lock: LockUpdate) -> tuple[str, ...]:
    return ("its first lock",) if lock.old is None else change_lines(diff(parse(lock.old), parse(lock.new)).changes)
