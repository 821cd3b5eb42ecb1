"""What holds however the checks end: also when failures follow no pattern, or do not repeat."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from flakebot.isolation.attempt import Answer, Attempt, Outcome, Probe, Stop
from flakebot.isolation.finding import BaseBroken, Finding, Isolated
from flakebot.isolation.search import conclude, search
from flakebot.model import CheckStage
from tests.isolation.patterns import Fault, Pattern

MOST = 12


@st.composite
def monotone(draw: st.DrawFn) -> Pattern:
    """Any sets that break, each together with all that holds it."""
    size = draw(st.integers(1, MOST))
    sets = st.frozensets(st.integers(0, size - 1), min_size=1, max_size=4)
    faults = draw(st.lists(st.builds(Fault, stage=st.sampled_from(CheckStage), together=sets), min_size=1, max_size=5))
    return Pattern(kind="any", size=size, culprits=len(faults), faults=tuple(faults))


class Whimsical:
    """Answers as hypothesis likes: each time anew, or the same for the same inputs."""

    def __init__(self, data: st.DataObject, *, answers: tuple[Answer, ...], repeats: bool) -> None:
        self._data = data
        self._answers = answers
        self._repeats = repeats
        self._given: dict[tuple[int, ...], Answer] = {}
        self.asked: list[Probe[int]] = []

    def answer(self, probe: Probe[int]) -> Answer:
        self.asked.append(probe)
        answer = self._data.draw(st.sampled_from(self._answers))
        if self._repeats:
            answer = self._given.setdefault(probe.units, answer)
        is_unseen = probe.depth is CheckStage.EVALUATION and answer is Outcome.FAILED_IN_BUILD
        return Outcome.PASSED if is_unseen else answer


sizes = st.integers(1, MOST)
stages = st.sampled_from(CheckStage)


def assert_only_what_passed_is_good(finding: Isolated[int], size: int) -> None:
    assert finding.good == () or any(attempt.is_good and attempt.units == finding.good for attempt in finding.attempts)
    culprits = tuple(culprit.unit for culprit in finding.culprits)
    assert sorted((*finding.good, *culprits, *finding.undecided)) == list(range(size))
    assert all(list(units) == sorted(units) for units in (finding.good, culprits, finding.undecided))


def assert_every_culprit_failed_where_the_others_did_not(finding: Isolated[int]) -> None:
    for culprit in finding.culprits:
        failing = culprit.attempt
        assert failing in finding.attempts
        assert failing.units[-1] == culprit.unit
        stage = CheckStage.EVALUATION if failing.fails(CheckStage.EVALUATION) else CheckStage.BUILD
        assert any(reaches(attempt, failing.units[:-1], stage) for attempt in finding.attempts)


def reaches(attempt: Attempt[int], units: tuple[int, ...], stage: CheckStage) -> bool:
    is_deep_enough = stage is CheckStage.EVALUATION or attempt.depth is CheckStage.BUILD
    return attempt.units == units and is_deep_enough and not attempt.fails(stage)


def assert_the_base_failed_last(finding: BaseBroken[int]) -> None:
    assert finding.attempts[-1].units == ()
    assert finding.attempts[-1].outcome is not Outcome.PASSED


@settings(max_examples=400, deadline=None)
@given(pattern=monotone())
def test_of_monotone_failures_a_maximal_set_is_found(pattern: Pattern) -> None:
    finding = pattern.found()
    assert isinstance(finding, Isolated)
    assert finding.undecided == ()
    assert pattern.outcome(finding.good) is Outcome.PASSED
    for culprit in finding.culprits:
        assert pattern.outcome({*finding.good, culprit.unit}) is not Outcome.PASSED
    assert_only_what_passed_is_good(finding, pattern.size)
    assert_every_culprit_failed_where_the_others_did_not(finding)


@settings(max_examples=400, deadline=None)
@given(pattern=monotone(), budget=st.integers(1, 30))
def test_a_budget_is_kept_and_its_last_check_is_a_whole_one(pattern: Pattern, budget: int) -> None:
    finding = pattern.found(budget=budget)
    assert isinstance(finding, Isolated)
    assert len(finding.attempts) <= budget
    assert_only_what_passed_is_good(finding, pattern.size)
    if len(finding.attempts) == budget:
        assert finding.attempts[-1].depth is CheckStage.BUILD or finding.attempts[-1].units == ()


@settings(max_examples=600, deadline=None)
@given(data=st.data(), size=sizes, failed_in=stages, repeats=st.booleans())
def test_whatever_is_answered_the_search_ends_with_what_passed(
    data: st.DataObject, size: int, failed_in: CheckStage, repeats: bool
) -> None:
    whim = Whimsical(data, answers=tuple(Outcome), repeats=repeats)
    finding = conclude(search(tuple(range(size)), failed_in=failed_in, budget=10_000), whim.answer)
    assert_sound(finding, size)
    assert len(finding.attempts) <= size * (math.ceil(math.log2(size)) + 3) + 2
    assert Counter((probe.units, probe.depth) for probe in whim.asked).most_common(1)[0][1] == 1


@settings(max_examples=600, deadline=None)
@given(data=st.data(), size=sizes, failed_in=stages, budget=st.integers(1, 20))
def test_whenever_it_is_stopped_the_search_ends_with_what_passed(
    data: st.DataObject, size: int, failed_in: CheckStage, budget: int
) -> None:
    answers = (*Outcome, *(Outcome.PASSED,) * 3, *Stop)
    whim = Whimsical(data, answers=answers, repeats=False)
    finding = conclude(search(tuple(range(size)), failed_in=failed_in, budget=budget), whim.answer)
    assert_sound(finding, size)
    assert len(finding.attempts) <= budget


def assert_sound(finding: Finding[int], size: int) -> None:
    match finding:
        case Isolated():
            assert_only_what_passed_is_good(finding, size)
            assert_every_culprit_failed_where_the_others_did_not(finding)
        case BaseBroken():
            assert_the_base_failed_last(finding)
