"""Find which units break a check, and a largest set that does not. It asks for checks; it never runs one.

The base comes first: what fails without any move is nobody's fault. Then bisection finds the shortest prefix of the
units that fails. Its last unit breaks something, alone or with one before it, and is left out; the rest is asked for
on top of what is known to hold, until it holds as well. Each culprit among n costs at most ⌈log₂ n⌉ + 3 checks, the
one that failed first included.

What fails in evaluation is searched by evaluation, which is cheap. What then remains is built once, and searched by
building if that fails. Whatever the answers are, a set is good only when it was seen to pass as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flakebot.isolation.attempt import Answer, Asking, Attempt, Outcome, Probe, Unit
from flakebot.isolation.finding import BaseBroken, Culprit, Finding
from flakebot.isolation.ledger import Ledger, NoCheckLeftError
from flakebot.model import CheckStage


def search(units: tuple[Unit, ...], *, failed_in: CheckStage, budget: int) -> Asking[Unit, Finding[Unit]]:
    """Search after the whole check of all units failed in that stage: yields probes, is sent answers, returns the end.

    ``budget`` is the number of checks, the one that failed already included. Raises ``ValueError`` when there is no
    unit, or one twice.
    """
    if not units or len(set(units)) != len(units):
        raise ValueError(f"search among {units}: expected at least one unit, and each of them once")
    is_evaluation = failed_in is CheckStage.EVALUATION
    outcome = Outcome.FAILED_IN_EVALUATION if is_evaluation else Outcome.FAILED_IN_BUILD
    first = Attempt(units=units, depth=CheckStage.BUILD, outcome=outcome)
    return _searched(Ledger(first, budget=budget))


def conclude(asking: Asking[Unit, Finding[Unit]], answer: Callable[[Probe[Unit]], Answer]) -> Finding[Unit]:
    """Answer every probe of a search and return its end."""
    try:
        probe = next(asking)
        while True:
            probe = asking.send(answer(probe))
    except StopIteration as ended:
        finding: Finding[Unit] = ended.value
        return finding


def _searched(ledger: Ledger[Unit]) -> Asking[Unit, Finding[Unit]]:
    try:
        last = yield from _narrowed(ledger)
        if last.fails(CheckStage.BUILD):
            return BaseBroken(attempts=tuple(ledger.attempts))
        yield from _reconsider(ledger)
    except NoCheckLeftError:
        yield from _build_what_evaluates(ledger)
    return ledger.isolated()


def _narrowed(ledger: Ledger[Unit]) -> Asking[Unit, Attempt[Unit]]:
    """Leave culprits out, stage by stage, and return what passes then; or the base, where that fails."""
    remaining = ledger.first
    for stage in (CheckStage.EVALUATION, CheckStage.BUILD):
        if remaining.fails(stage):
            base = yield from ledger.ask((), stage)
            if base.fails(stage):
                return base
            remaining = yield from _without_culprits(ledger, base, remaining, stage)
    return remaining


def _without_culprits(
    ledger: Ledger[Unit], passing: Attempt[Unit], failing: Attempt[Unit], stage: CheckStage
) -> Asking[Unit, Attempt[Unit]]:
    """Return the first attempt at all that is not a culprit of this stage; it may fail in a later one."""
    while failing.fails(stage):
        everything = failing.units
        passing, failing = yield from _bisected(ledger, passing, failing, stage)
        ledger.culprits.append(Culprit(unit=failing.units[-1], attempt=failing))
        rest = everything[len(failing.units) :]
        if not rest:
            return (yield from _built(ledger, passing))
        failing = yield from ledger.ask(passing.units + rest, CheckStage.BUILD)
    return failing


def _bisected(
    ledger: Ledger[Unit], passing: Attempt[Unit], failing: Attempt[Unit], stage: CheckStage
) -> Asking[Unit, tuple[Attempt[Unit], Attempt[Unit]]]:
    """Between a passing prefix of a failing set and that set, find two neighbours of which one passes, one fails."""
    while len(failing.units) - len(passing.units) > 1:
        middle = (len(passing.units) + len(failing.units)) // 2
        attempt = yield from ledger.ask(failing.units[:middle], stage)
        if attempt.fails(stage):
            failing = attempt
        else:
            passing = attempt
    return passing, failing


def _built(ledger: Ledger[Unit], passing: Attempt[Unit]) -> Asking[Unit, Attempt[Unit]]:
    if passing.depth is CheckStage.BUILD or not passing.units:
        return passing
    return (yield from ledger.ask(passing.units, CheckStage.BUILD))


def _reconsider(ledger: Ledger[Unit]) -> Asking[Unit, None]:
    """Try each culprit once more on top of all that is good.

    What it broke with may have been left out since, and what it needs may have come in: a culprit that was blamed for
    missing a later input, or one half of a pair whose other half turned out to be a culprit by itself.
    """
    for culprit in tuple(ledger.culprits):
        units = ledger.ordered({*ledger.good, culprit.unit})
        if not ledger.has_failed(units):
            attempt = yield from ledger.ask(units, CheckStage.BUILD)
            if attempt.is_good:
                ledger.culprits.remove(culprit)


def _build_what_evaluates(ledger: Ledger[Unit]) -> Asking[Unit, None]:
    """Spend the check that was kept on the largest set that is only known to evaluate."""
    if units := ledger.unbuilt:
        with suppress(NoCheckLeftError):
            yield from ledger.ask(units, CheckStage.BUILD)
