"""An update goes in parts: by groups, by inputs, by flakes. Each part holds its own inputs and no other's."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix.features import Feature
from flakebot.rehearsal.playing import Performance
from flakebot.rehearsal.report import rehearsal_report
from flakebot.rehearsal.services import SERVICES
from flakebot.rehearsal.upstreams import upstream
from tests.rehearsal.consumer import base_lock, check, locked
from tests.stories.parts import Part, assert_parts, outcomes, parts
from tests.stories.stage import played

MERGED = ("merge", "merged", 0)


def changed(performance: Performance) -> object:
    return rehearsal_report(performance, seed_seconds=0.0).facts["lock_nodes_changed"]


def assert_merged_one_upon_the_other(performance: Performance) -> None:
    """Assert that each merge has exactly one commit beside the base, composed on what the base was then."""
    consumer = performance.world.consumer
    store, tip = consumer.state.store, consumer.head()
    while tip != performance.base_before:
        base, head = store.commit(tip).parents
        assert store.commit(head).parents == (base,)
        tip = base


def test_each_group_has_a_pull_request_of_its_own_with_its_own_labels() -> None:
    with played("groups") as performance:
        world = performance.world
        assert_parts(
            world,
            Part(branch="flakebot/update-safety", moved=("alerts", "backup")),
            Part(branch="flakebot/update-plans", moved=("cache", "calendar")),
            Part(branch="flakebot/update", moved=("blog", "chat")),
        )
        labels = {pull.head_branch: {label.name for label in pull.labels} for pull in world.consumer.pulls()}
        assert labels == {
            "flakebot/update-safety": {"dependencies", "safety"},
            "flakebot/update-plans": {"dependencies"},
            "flakebot/update": {"dependencies"},
        }
        assert outcomes(performance)[-1] == MERGED
        assert changed(performance) == SERVICES[:6]
        assert_merged_one_upon_the_other(performance)


@pytest.mark.slow
def test_each_input_has_a_pull_request_of_its_own() -> None:
    names = ("blog", "chat", "mail", "notes")
    with played("separate") as performance:
        assert_parts(performance.world, *(Part(branch=f"flakebot/update-{name}", moved=(name,)) for name in names))
        assert outcomes(performance)[-1] == MERGED
        assert changed(performance) == names
        assert_merged_one_upon_the_other(performance)


@pytest.mark.slow
def test_an_input_that_breaks_one_flake_of_three_leaves_the_others_alone() -> None:
    with played("three-flakes") as performance:
        world = performance.world
        taken_over = ("blog", "photos") if world.nix.knows(Feature.RELATIVE_INPUTS) else ()
        expected = ("alerts", "backup", *taken_over, "hosts/db#notes", "hosts/web#blog", "hosts/web#photos")
        assert outcomes(performance) == [MERGED] * 3
        assert changed(performance) == expected
        (culprit,) = (part for part in parts(world) if part.is_held)
        assert culprit.branch.startswith("flakebot/update-held-")
        assert (culprit.moved, culprit.is_open, culprit.approvals) == (("hosts/db#vault",), True, 0)
        assert all(part.is_merged for part in parts(world) if not part.is_held)
        for directory in world.estate.directories:
            assert check(world, directory=directory, lock=base_lock(world, directory))[0]


@pytest.mark.slow
def test_three_flakes_together_are_merged_by_one_run_and_hold_what_breaks_one_of_them() -> None:
    with played("flakes-together") as performance:
        world = performance.world
        taken_over = ("blog", "photos") if world.nix.knows(Feature.RELATIVE_INPUTS) else ()
        expected = ("alerts", "backup", *taken_over, "hosts/db#notes", "hosts/web#blog", "hosts/web#photos")
        assert outcomes(performance) == [MERGED]
        assert changed(performance) == expected
        (culprit,) = (part for part in parts(world) if part.is_held)
        assert (culprit.branch, culprit.moved) == ("flakebot/update-held-hosts-db-vault", ("hosts/db#vault",))
        (merged,) = (part for part in parts(world) if part.is_merged)
        assert (merged.branch, merged.moved) == ("flakebot/update", expected)
        for directory in world.estate.directories:
            assert check(world, directory=directory, lock=base_lock(world, directory))[0]


def test_the_newest_revision_that_is_old_enough_is_taken() -> None:
    with played("min-age") as performance:
        world = performance.world
        first, old_enough, _too_young = upstream(world, "nixlab/notes").state.activity
        assert outcomes(performance) == [MERGED]
        assert_parts(world, Part(branch="flakebot/update", moved=("blog", "chat", "mail", "notes")))
        assert locked(world.consumer.read("flake.lock", at=performance.base_before))["notes"] == first.after
        assert locked(base_lock(world))["notes"] == old_enough.after
