"""What is asked, in which order and how often, and what is concluded from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flakebot.isolation.attempt import Answer, Attempt, Outcome, Probe, Stop
from flakebot.isolation.finding import BaseBroken, Isolated
from flakebot.isolation.search import conclude, search
from flakebot.model import CheckStage
from tests.isolation.patterns import Fault, Pattern

EVALUATION, BUILD = CheckStage.EVALUATION, CheckStage.BUILD
PASSED = Outcome.PASSED


def fault(stage: CheckStage, *together: int, without: tuple[int, ...] = ()) -> Fault:
    return Fault(stage=stage, together=frozenset(together), without=frozenset(without))


def pattern(size: int, *faults: Fault) -> Pattern:
    return Pattern(kind="", size=size, culprits=len(faults), faults=faults)


def isolated(broken: Pattern, *, budget: int = 1_000) -> Isolated[int]:
    finding = broken.found(budget=budget)
    assert isinstance(finding, Isolated)
    return finding


def blamed(finding: Isolated[int]) -> tuple[int, ...]:
    return tuple(culprit.unit for culprit in finding.culprits)


@pytest.mark.parametrize("stage", CheckStage)
@pytest.mark.parametrize("culprit", range(16))
def test_one_culprit_among_sixteen_takes_at_most_seven_checks(culprit: int, stage: CheckStage) -> None:
    finding = isolated(pattern(16, fault(stage, culprit)), budget=7)
    assert blamed(finding) == (culprit,)
    assert finding.good == tuple(unit for unit in range(16) if unit != culprit)
    assert len(finding.attempts) <= 7


def test_every_question_is_told_in_order_and_what_fails_in_evaluation_is_built_once() -> None:
    finding = isolated(pattern(4, fault(EVALUATION, 1)))
    failed = Outcome.FAILED_IN_EVALUATION
    assert finding.attempts == (
        Attempt(units=(0, 1, 2, 3), depth=BUILD, outcome=failed),
        Attempt(units=(), depth=EVALUATION, outcome=PASSED),
        Attempt(units=(0, 1), depth=EVALUATION, outcome=failed),
        Attempt(units=(0,), depth=EVALUATION, outcome=PASSED),
        Attempt(units=(0, 2, 3), depth=BUILD, outcome=PASSED),
    )


def test_a_culprit_comes_with_the_smallest_set_that_failed_for_it() -> None:
    finding = isolated(pattern(8, fault(BUILD, 2), fault(BUILD, 5)))
    failed = Outcome.FAILED_IN_BUILD
    assert [culprit.attempt for culprit in finding.culprits] == [
        Attempt(units=(0, 1, 2), depth=BUILD, outcome=failed),
        Attempt(units=(0, 1, 3, 4, 5), depth=BUILD, outcome=failed),
    ]


ENDS = (
    pytest.param(pattern(1, fault(EVALUATION, 0)), (), (0,), id="a single input leaves nothing to build"),
    pytest.param(pattern(2, fault(BUILD, 0), fault(BUILD, 1)), (), (0, 1), id="all broken, nothing good"),
    pytest.param(
        pattern(3, fault(EVALUATION, 2)), (0, 1), (2,), id="the last one, found by evaluation, ends in a build"
    ),
    pytest.param(pattern(6, fault(BUILD, 1, 4)), (0, 1, 2, 3, 5), (4,), id="of a pair one stays"),
    pytest.param(
        pattern(6, fault(EVALUATION, 1), fault(BUILD, 4)), (0, 2, 3, 5), (1, 4), id="a culprit in each of the stages"
    ),
    pytest.param(
        pattern(6, fault(EVALUATION, 1, 4), fault(BUILD, 1)),
        (0, 2, 3, 4, 5),
        (1,),
        id="blamed for a pair, and back when the other half is out",
    ),
    pytest.param(
        pattern(5, fault(EVALUATION, 1, without=(3,)), fault(EVALUATION, 2)),
        (0, 1, 3, 4),
        (2,),
        id="blamed for missing a later input, and back when that is in",
    ),
    pytest.param(
        pattern(4, fault(EVALUATION, 3), fault(BUILD, 2)), (0, 1), (2, 3), id="what evaluates last may still not build"
    ),
)


@pytest.mark.parametrize(("broken", "good", "culprits"), ENDS)
def test_a_largest_set_that_passes_is_good_and_the_others_are_blamed(
    broken: Pattern, good: tuple[int, ...], culprits: tuple[int, ...]
) -> None:
    finding = isolated(broken)
    assert (finding.good, blamed(finding), finding.undecided) == (good, culprits, ())


@pytest.mark.parametrize("stage", CheckStage)
def test_a_broken_base_is_recognised_first(stage: CheckStage) -> None:
    finding = pattern(16, fault(stage)).found()
    assert isinstance(finding, BaseBroken)
    assert [attempt.units for attempt in finding.attempts] == [tuple(range(16)), ()]


def test_a_base_that_evaluates_and_does_not_build_is_recognised_before_anything_is_blamed_for_it() -> None:
    finding = pattern(4, fault(BUILD), fault(EVALUATION, 1)).found()
    assert isinstance(finding, BaseBroken)
    assert [attempt.units for attempt in finding.attempts if attempt.depth is BUILD] == [(0, 1, 2, 3), (0, 2, 3), ()]


def test_units_of_several_inputs_move_as_one() -> None:
    units = (("nixpkgs", "home-manager"), ("stylix",), ("disko",))
    broken = ("stylix",)

    def answer(probe: Probe[tuple[str, ...]]) -> Answer:
        return Outcome.FAILED_IN_BUILD if broken in probe.units else PASSED

    finding = conclude(search(units, failed_in=BUILD, budget=9), answer)
    assert isinstance(finding, Isolated)
    assert finding.good == (("nixpkgs", "home-manager"), ("disko",))


BUDGETS = (
    pytest.param(1, (), (), id="nothing but the check that failed"),
    pytest.param(2, (), (), id="the base, and nothing is known of the inputs"),
    pytest.param(3, (0, 1, 2, 3), (), id="the last check is a whole one"),
    pytest.param(4, (0, 1, 2, 3), (), id="the last check is kept to build what evaluates"),
    pytest.param(5, (0, 1, 2, 3), (), id="kept again, though a half of the rest is known to fail"),
    pytest.param(
        6, (0, 1, 2, 3, 4, 6, 7), (5,), id="the culprit is found, and the rest is tried with all that is left"
    ),
)


@pytest.mark.parametrize(("budget", "good", "culprits"), BUDGETS)
def test_what_was_learned_within_the_budget_is_used(
    budget: int, good: tuple[int, ...], culprits: tuple[int, ...]
) -> None:
    finding = isolated(pattern(8, fault(EVALUATION, 5)), budget=budget)
    assert (finding.good, blamed(finding)) == (good, culprits)
    assert finding.undecided == tuple(unit for unit in range(8) if unit not in (*good, *culprits))
    assert len(finding.attempts) == budget


def stopping(broken: Pattern, at: int, stop: Stop) -> Callable[[Probe[int]], Answer]:
    """Answers like the pattern, but the question of that number with a stop."""
    asked: list[Probe[int]] = []

    def answer(probe: Probe[int]) -> Answer:
        asked.append(probe)
        return stop if len(asked) == at else broken.answer(probe)

    return answer


STOPS = (
    pytest.param(EVALUATION, 3, Stop.NOW, (), id="now: what only evaluates is not good"),
    pytest.param(EVALUATION, 3, Stop.AFTER_ONE_MORE, (0, 1, 2, 3), id="after one more: it is built"),
    pytest.param(EVALUATION, 1, Stop.AFTER_ONE_MORE, (), id="after one more, but nothing is known to evaluate"),
    pytest.param(BUILD, 3, Stop.NOW, (0, 1, 2, 3), id="now: what was built is good"),
    pytest.param(BUILD, 3, Stop.AFTER_ONE_MORE, (0, 1, 2, 3), id="after one more, but nothing waits for a build"),
)


@pytest.mark.parametrize(("stage", "at", "stop", "good"), STOPS)
def test_when_time_is_up_what_was_learned_is_used(
    stage: CheckStage, at: int, stop: Stop, good: tuple[int, ...]
) -> None:
    broken = pattern(8, fault(stage, 5))
    finding = conclude(search(tuple(range(8)), failed_in=stage, budget=20), stopping(broken, at, stop))
    assert isinstance(finding, Isolated)
    assert (finding.good, finding.culprits) == (good, ())


ONE_MORE = (
    pytest.param(
        2, 7, ((0, 1, 2, 3, 4, 5),), id="the largest that evaluates, but not what is known to fail in the build"
    ),
    pytest.param(2, 10, (), id="not what holds a culprit"),
    pytest.param(5, 10, (), id="not what is smaller than what is good"),
)


@pytest.mark.parametrize(("culprit", "at", "further"), ONE_MORE)
def test_the_one_more_check_is_only_of_what_could_become_good(
    culprit: int, at: int, further: tuple[tuple[int, ...], ...]
) -> None:
    broken = pattern(8, fault(EVALUATION, 6), fault(BUILD, culprit))
    asked: list[tuple[int, ...]] = []
    stopped = stopping(broken, at, Stop.AFTER_ONE_MORE)

    def answer(probe: Probe[int]) -> Answer:
        asked.append(probe.units)
        return stopped(probe)

    conclude(search(tuple(range(8)), failed_in=EVALUATION, budget=20), answer)
    assert tuple(asked[at:]) == further


def test_a_stop_is_final_also_for_the_one_more_check() -> None:
    answers = iter((PASSED, PASSED, Stop.AFTER_ONE_MORE, Stop.NOW))
    finding = conclude(search(tuple(range(8)), failed_in=EVALUATION, budget=20), lambda _: next(answers))
    assert isinstance(finding, Isolated)
    assert (finding.good, finding.undecided) == ((), tuple(range(8)))


def test_a_set_that_evaluated_and_then_does_not_is_not_good() -> None:
    answers = iter((PASSED, PASSED, Outcome.FAILED_IN_EVALUATION, PASSED, Outcome.FAILED_IN_BUILD))
    finding = conclude(search((0, 1), failed_in=EVALUATION, budget=20), lambda _: next(answers))
    assert isinstance(finding, Isolated)
    assert (finding.good, blamed(finding)) == ((), (0, 1))


@pytest.mark.parametrize("units", [(), ("nixpkgs", "nixpkgs")])
def test_no_unit_or_one_twice_is_refused(units: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="at least one unit, and each of them once"):
        search(units, failed_in=BUILD, budget=9)


def test_an_evaluation_that_failed_in_the_build_is_refused() -> None:
    with pytest.raises(ValueError, match="an evaluation, which builds nothing"):
        conclude(search((0, 1), failed_in=EVALUATION, budget=9), lambda _: Outcome.FAILED_IN_BUILD)
