"""The worlds of the services are what their stories say: real Nix passes, and fails, exactly where it must."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flakebot.adapters.nix.features import Feature
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.service_stories import SERVICE_STORIES
from flakebot.rehearsal.services import SERVICES, ServiceFlake, release_service, service_estate
from flakebot.rehearsal.upstreams import upstream
from flakebot.rehearsal.world import World
from tests.rehearsal.consumer import base_lock, check, locked

STORIES = {story.name: story for story in SERVICE_STORIES}
EVALUATE = "--no-build"


@contextmanager
def world_before(name: str) -> Iterator[World]:
    """Open the world of a story as it is before its first step."""
    story = STORIES[name]
    with rehearsal_folder(None) as folder, seeded_world(folder, story.estate) as world:
        for happening in story.before:
            happening(world)
        yield world


def test_one_bad_input_breaks_the_evaluation_of_sixteen_and_nothing_else_does() -> None:
    with world_before("one-bad-input") as world:
        assert tuple(locked(base_lock(world))) == SERVICES
        assert check(world, lock=base_lock(world))[0]
        passes, said = check(world, EVALUATE)
        assert not passes
        assert "'port' missing" in said
        assert check(world, kept=("chat",))[0]


def test_two_bad_inputs_break_the_evaluation_and_the_build() -> None:
    with world_before("two-bad-inputs") as world:
        assert not check(world, EVALUATE, kept=("photos",))[0]
        assert check(world, EVALUATE, kept=("chat",))[0]
        assert "photos 3 cannot read the library of photos 2" in check(world, "--print-build-logs", kept=("chat",))[1]
        assert not check(world, kept=("chat",))[0]
        assert check(world, kept=("chat", "photos"))[0]


def test_the_pair_breaks_only_together() -> None:
    with world_before("bad-together") as world:
        passes, said = check(world)
        assert not passes
        assert "port 8100 is taken: mail media cannot listen there" in said
        assert check(world, kept=("mail",))[0]
        assert check(world, kept=("media",))[0]


def test_the_base_is_broken_whatever_is_kept() -> None:
    with world_before("base-broken") as world:
        passes, said = check(world, lock=base_lock(world))
        assert not passes
        assert "port 8008 is taken: git cannot listen there" in said
        assert not check(world)[0]


@pytest.mark.parametrize("name", ["groups", "separate"])
def test_nothing_is_broken_where_updates_only_go_in_parts(name: str) -> None:
    with world_before(name) as world:
        assert check(world)[0]


def test_one_flake_of_three_is_broken() -> None:
    with world_before("three-flakes") as world:
        outcomes = {folder: check(world, directory=folder)[0] for folder in world.estate.directories}
        assert outcomes == {"hosts/db": False, "hosts/web": True, ".": True}
        assert check(world, directory="hosts/db", kept=("vault",))[0]
        assert all(check(world, directory=folder, lock=base_lock(world, folder))[0] for folder in ("hosts/db", "."))


def test_a_flake_takes_another_of_its_repository_as_input_where_nix_can() -> None:
    with world_before("three-flakes") as world:
        names = set(json.loads(base_lock(world))["nodes"]["root"]["inputs"])
        assert names == {"alerts", "backup"} | ({"web"} if world.nix.knows(Feature.RELATIVE_INPUTS) else set())


def test_the_age_of_a_release_is_what_the_activity_says() -> None:
    with world_before("min-age") as world:
        notes = upstream(world, "nixlab/notes").state
        ages = [(notes.activity[-1].at - move.at).days for move in notes.activity]
        assert ages == [18, 7, 0]
        assert [move.after for move in notes.activity] == list(reversed(notes.store.history("HEAD")))
        assert check(world)[0]


def test_a_mended_culprit_passes() -> None:
    with world_before("culprit-recovers") as world:
        assert not check(world, EVALUATE)[0]
        STORIES["culprit-recovers"].between[1](world)
        assert check(world)[0]


def test_options_stand_beside_those_of_every_consumer() -> None:
    estate = service_estate({".": ServiceFlake(services=("blog",))}, options='min-age = "7d"\n')
    with rehearsal_folder(None) as folder, seeded_world(folder, estate) as world:
        rules = world.consumer.read(".github/flakebot.toml").decode()
        assert world.secrets.key.fingerprint in rules
        assert rules.endswith('\nmin-age = "7d"\n')


def test_a_service_listens_on_a_port_of_its_own() -> None:
    estate = service_estate({".": ServiceFlake(services=("blog", "chat"))})
    with rehearsal_folder(None) as folder, seeded_world(folder, estate) as world:
        release_service(world, "blog", version="2", port=8005)
        assert "port 8005 is taken: blog chat" in check(world)[1]
