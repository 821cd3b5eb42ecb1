"""Ways in which an update can break, the same in every run, and how each check then ends."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection

from msgspec import Struct

from flakebot.isolation.attempt import Outcome, Probe
from flakebot.isolation.finding import Finding
from flakebot.isolation.search import conclude, search
from flakebot.model import CheckStage

MOST_UNITS = 24
UNLIMITED = 1_000


class Fault(Struct, frozen=True, kw_only=True):
    """Breaks a stage of the check when all of ``together`` have moved and none of ``without`` has."""

    stage: CheckStage
    together: frozenset[int]
    without: frozenset[int] = frozenset()

    def shows(self, moved: Collection[int]) -> bool:
        return self.together.issubset(moved) and self.without.isdisjoint(moved)


class Pattern(Struct, frozen=True, kw_only=True):
    """Inputs 0 … ``size`` - 1 and what is wrong with them; ``culprits`` is the k of the bound, a pair being two."""

    kind: str
    size: int
    culprits: int
    faults: tuple[Fault, ...]

    @property
    def bound(self) -> float:
        return 2 * self.culprits * math.log2(self.size) + 4

    def outcome(self, moved: Collection[int]) -> Outcome:
        stages = {fault.stage for fault in self.faults if fault.shows(moved)}
        if CheckStage.EVALUATION in stages:
            return Outcome.FAILED_IN_EVALUATION
        return Outcome.FAILED_IN_BUILD if CheckStage.BUILD in stages else Outcome.PASSED

    def answer(self, probe: Probe[int]) -> Outcome:
        """Say how the check ends; one that only evaluates does not see what fails in the build."""
        outcome = self.outcome(probe.units)
        is_unseen = probe.depth is CheckStage.EVALUATION and outcome is Outcome.FAILED_IN_BUILD
        return Outcome.PASSED if is_unseen else outcome

    def found(self, *, budget: int = UNLIMITED) -> Finding[int]:
        """Search after the failure of everything."""
        units = tuple(range(self.size))
        is_evaluation = self.outcome(units) is Outcome.FAILED_IN_EVALUATION
        failed_in = CheckStage.EVALUATION if is_evaluation else CheckStage.BUILD
        return conclude(search(units, failed_in=failed_in, budget=budget), self.answer)


def patterns(*, each: int = 75, seed: int = 4) -> tuple[Pattern, ...]:
    """So many patterns of every kind."""
    dice = random.Random(seed)  # noqa: S311 - not a secret: the same patterns each time
    return tuple(make(dice) for make in _KINDS for _ in range(each))


def _stage(dice: random.Random) -> CheckStage:
    return dice.choice(tuple(CheckStage))


def _culprits(number: int) -> Callable[[random.Random], Pattern]:
    def make(dice: random.Random) -> Pattern:
        size = dice.randint(number, MOST_UNITS)
        chosen = dice.sample(range(size), number)
        faults = tuple(Fault(stage=_stage(dice), together=frozenset({unit})) for unit in chosen)
        return Pattern(kind=f"{number} culprit{'s' * (number > 1)}", size=size, culprits=number, faults=faults)

    return make


def _pair(dice: random.Random) -> Pattern:
    size = dice.randint(2, MOST_UNITS)
    fault = Fault(stage=_stage(dice), together=frozenset(dice.sample(range(size), 2)))
    return Pattern(kind="a pair", size=size, culprits=2, faults=(fault,))


def _pair_and_its_half(dice: random.Random) -> Pattern:
    """Two inputs do not evaluate together, and one of them does not build by itself: the other can stay."""
    size = dice.randint(2, MOST_UNITS)
    one, other = dice.sample(range(size), 2)
    faults = (
        Fault(stage=CheckStage.EVALUATION, together=frozenset({one, other})),
        Fault(stage=CheckStage.BUILD, together=frozenset({one})),
    )
    return Pattern(kind="a pair, one half broken by itself", size=size, culprits=2, faults=faults)


def _pair_and_culprit(dice: random.Random) -> Pattern:
    size = dice.randint(3, MOST_UNITS)
    one, other, culprit = dice.sample(range(size), 3)
    faults = tuple(
        Fault(stage=_stage(dice), together=together) for together in (frozenset({one, other}), frozenset({culprit}))
    )
    return Pattern(kind="a pair and a culprit", size=size, culprits=3, faults=faults)


def _need_and_culprit(dice: random.Random) -> Pattern:
    """One input breaks unless another moves with it, and a third breaks: the failures are not monotone."""
    size = dice.randint(3, MOST_UNITS)
    one, other, culprit = dice.sample(range(size), 3)
    faults = (
        Fault(stage=_stage(dice), together=frozenset({one}), without=frozenset({other})),
        Fault(stage=_stage(dice), together=frozenset({culprit})),
    )
    return Pattern(kind="one needs another, and a culprit", size=size, culprits=2, faults=faults)


_KINDS = (_culprits(1), _culprits(2), _culprits(3), _pair, _pair_and_its_half, _pair_and_culprit, _need_and_culprit)
