"""One bad input does not stop the rest: who is found and held, with how few checks, and that the others are merged."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from flakebot.rehearsal.playing import Performance
from flakebot.rehearsal.report import rehearsal_report
from flakebot.rehearsal.seed import nix_system
from flakebot.rehearsal.services import SERVICES
from flakebot.rehearsal.upstreams import upstream
from tests.rehearsal.consumer import base_lock, check
from tests.stories.parts import Part, assert_parts, conversation, held, outcomes, parts
from tests.stories.stage import played

MERGED = [("merge", "merged", 0)]
MOST_CHECKS = {"one-bad-input": 7, "two-bad-inputs": 20, "bad-together": 20, "base-broken": 2}
"""One culprit costs seven checks at most, and k culprits among n inputs 2·k·log₂ n + 4."""


def without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in SERVICES if name not in names)


def all_others(*culprits: str) -> Part:
    return Part(branch="flakebot/update", moved=without(*culprits))


def facts(performance: Performance) -> dict[str, object]:
    return dict(rehearsal_report(performance, seed_seconds=0.0).facts)


def assert_merged_all_but(performance: Performance, *culprits: str) -> None:
    """Assert that one run merged everything but the culprits, that the base still passes, and how it is reported."""
    world, report = performance.world, facts(performance)
    assert outcomes(performance) == MERGED
    assert_parts(world, all_others(*culprits), *map(held, culprits))
    assert report["lock_nodes_changed"] == without(*culprits)
    assert 2 <= _number(report["checks_run"]) <= MOST_CHECKS[performance.story.name]
    assert check(world, lock=base_lock(world))[0]


def _number(fact: object) -> int:
    assert isinstance(fact, int)
    return fact


def assert_evidence(performance: Performance, culprit: str, *says: str) -> None:
    """Assert that the culprit's pull request holds what a person needs to see: what moved, and what was said."""
    text = conversation(performance.world, f"flakebot/update-held-{culprit}")
    history = upstream(performance.world, f"nixlab/{culprit}").state.store.history("HEAD")
    for words in (f"https://github.com/nixlab/{culprit}/compare/{history[-1]}...{history[0]}", *says):
        assert words in text


def failed_in(check: str) -> str:
    """Return what is said of the check that failed, also where Nix by itself names none (2.8)."""
    return f"It failed in `checks.{nix_system()}.{check}`."


def test_one_bad_input_of_sixteen_is_found_with_seven_checks_and_the_others_are_merged_in_the_same_run() -> None:
    with played("one-bad-input") as performance:
        assert_merged_all_but(performance, "chat")
        assert_evidence(performance, "chat", "'port' missing", failed_in("ports"))
        merged = conversation(performance.world, "flakebot/update")
        assert "- `chat`: breaks the check; `flakebot/update-held-chat` holds it with the evidence" in merged


@pytest.mark.slow
def test_two_bad_inputs_are_found_the_one_by_evaluation_and_the_other_by_building() -> None:
    with played("two-bad-inputs") as performance:
        assert_merged_all_but(performance, "chat", "photos")
        assert_evidence(performance, "chat", "'port' missing", failed_in("ports"))
        assert_evidence(performance, "photos", "photos 3 cannot read the library of photos 2", failed_in("start"))


@pytest.mark.slow
def test_of_two_inputs_that_break_only_as_a_pair_one_is_held() -> None:
    with played("bad-together") as performance:
        (culprit,) = {"mail", "media"} - set(_moved_by_the_merged(performance))
        assert_merged_all_but(performance, culprit)
        assert_evidence(performance, culprit, "port 8100 is taken: mail media cannot listen there", failed_in("ports"))


def _moved_by_the_merged(performance: Performance) -> Collection[str]:
    return [name for part in parts(performance.world) if part.is_merged for name in part.moved]


def test_no_input_is_blamed_where_the_base_is_broken() -> None:
    with played("base-broken") as performance:
        assert [(command, code) for command, _, code in outcomes(performance)] == [("propose", 1)]
        assert_parts(
            performance.world,
            Part(branch="flakebot/update", moved=SERVICES, is_merged=False, is_open=True, is_held=True, approvals=0),
        )
        report = facts(performance)
        assert (report["lock_nodes_changed"], report["checks_run"]) == ((), MOST_CHECKS["base-broken"])
        assert "port 8008 is taken: git cannot listen there" in conversation(performance.world, "flakebot/update")


@pytest.mark.slow
def test_the_next_run_leaves_a_culprit_where_it_is() -> None:
    with played("one-bad-input", runs=2) as performance:
        assert_parts(performance.world, all_others("chat"), held("chat"))
        assert facts(performance)["lock_nodes_changed"] == without("chat")


@pytest.mark.slow
def test_a_culprit_that_is_mended_is_merged_by_the_next_run_which_closes_its_held_pull_request() -> None:
    with played("culprit-recovers") as performance:
        world, report = performance.world, facts(performance)
        assert outcomes(performance) == MERGED * 2
        assert_parts(
            world,
            Part(branch="flakebot/update", moved=("blog", "mail", "notes")),
            held("chat", is_open=False),
            Part(branch="flakebot/update", moved=("chat",)),
        )
        assert report["lock_nodes_changed"] == ("blog", "chat", "mail", "notes")
        assert world.consumer.state.store.branch("flakebot/update-held-chat") is None
        assert check(world, lock=base_lock(world))[0]
