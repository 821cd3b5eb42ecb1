"""What a search has asked, learned and may still ask: its only state. It never decides what to ask next."""

from __future__ import annotations

from collections.abc import Set
from typing import Generic

from flakebot.isolation.attempt import Asking, Attempt, Probe, Stop, Unit
from flakebot.isolation.finding import Culprit, Isolated
from flakebot.model import CheckStage


class NoCheckLeftError(Exception):
    """The budget is used up, or the caller wants no more: the search ends with what the ledger knows."""


class Ledger(Generic[Unit]):
    """The attempts in their order, the culprits found, and the number of checks allowed, the first one included."""

    def __init__(self, first: Attempt[Unit], *, budget: int) -> None:
        self.first = first
        self.attempts = [first]
        self.culprits: list[Culprit[Unit]] = []
        self._budget = budget

    @property
    def good(self) -> tuple[Unit, ...]:
        """The largest set that passed the whole check; empty while none did."""
        return max((attempt.units for attempt in self.attempts if attempt.is_good), key=len, default=())

    @property
    def unbuilt(self) -> tuple[Unit, ...]:
        """The largest set that could still become the good one: it evaluates, was never built, holds no culprit."""
        built = {attempt.units for attempt in self.attempts if attempt.depth is CheckStage.BUILD}
        culprits = {culprit.unit for culprit in self.culprits}
        evaluated = (attempt.units for attempt in self.attempts if not attempt.fails(CheckStage.EVALUATION))
        unbuilt = (units for units in evaluated if units not in built and culprits.isdisjoint(units))
        return max((units for units in unbuilt if len(units) > len(self.good)), key=len, default=())

    @property
    def left(self) -> int:
        """How many checks may still be asked for."""
        return max(0, self._budget - len(self.attempts))

    def ask(self, units: tuple[Unit, ...], depth: CheckStage) -> Asking[Unit, Attempt[Unit]]:
        """Ask for one check. The last that is left is a whole one, and is kept for what only has to be built."""
        if not self.left or (self.left == 1 and depth is CheckStage.EVALUATION and self.unbuilt):
            raise NoCheckLeftError
        if self.left == 1 and units:
            depth = CheckStage.BUILD
        answer = yield Probe(units=units, depth=depth)
        if isinstance(answer, Stop):
            self._budget = len(self.attempts) + (1 if answer is Stop.AFTER_ONE_MORE else 0)
            raise NoCheckLeftError
        self.attempts.append(Attempt(units=units, depth=depth, outcome=answer))
        return self.attempts[-1]

    def has_failed(self, units: tuple[Unit, ...]) -> bool:
        """Tell whether exactly these units were seen to fail."""
        return any(attempt.units == units and attempt.fails(CheckStage.BUILD) for attempt in self.attempts)

    def ordered(self, units: Set[Unit]) -> tuple[Unit, ...]:
        """Put the units in the order that the search was given."""
        return tuple(unit for unit in self.first.units if unit in units)

    def isolated(self) -> Isolated[Unit]:
        """Return what is known now, as the end of the search."""
        good = self.good
        culprits = sorted(self.culprits, key=lambda culprit: self.first.units.index(culprit.unit))
        decided = {*good, *(culprit.unit for culprit in culprits)}
        return Isolated(
            good=good,
            culprits=tuple(culprits),
            undecided=self.ordered(set(self.first.units) - decided),
            attempts=tuple(self.attempts),
        )
