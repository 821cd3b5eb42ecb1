"""What judging a large update costs: GitHub's limits are shared by everything that an owner runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.github import Delay, RecordedRequest
from flakebot.rehearsal.laboratory import RULES
from flakebot.rehearsal.people import OWNER
from flakebot.rehearsal.runner import Runner
from flakebot.rehearsal.seed import Files, seed_files
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.steps import Environment, propose
from flakebot.rehearsal.upstreams import upstream
from flakebot.rehearsal.world import World

INPUTS, PARENTS = 20, 4
CALLS = 12
"""API calls at most, beside one for each changed input of the root and one for each parent that moved."""

_FLAKE = '{{ inputs = {{ {inputs} }}; outputs = _: {{ release = "{release}"; }}; }}'
_BASE = "nixlab/base"
_AGED = b'\nmin-age = "1d"\n'


def test_twenty_inputs_cost_twelve_calls_and_one_for_each_that_moved_on_since() -> None:
    with rehearsal_folder(None) as folder, seeded_world(folder) as world:
        _depend_on_many(world, rules=b"")
        asked, runner = _proposed(world)
        with world.github.requests.step("at the tips"):
            assert runner.run("verify", asked).outcome == "clean"
        _release_all(world, 3)
        with world.github.requests.step("behind the tips"):
            assert runner.run("verify", asked).outcome == "clean"
        assert world.github.requests.api_calls("at the tips") <= CALLS
        assert CALLS < world.github.requests.api_calls("behind the tips") <= CALLS + INPUTS


@pytest.mark.slow
def test_an_age_is_judged_for_no_more_than_one_call_an_input_and_side_by_side() -> None:
    """Each is on the default branch of its repository, and has its time in GitHub's record; some have an input."""
    with rehearsal_folder(None) as folder, seeded_world(folder) as world:
        _depend_on_many(world, rules=_AGED)
        asked, runner = _proposed(world)
        world.github.faults.add("GET", r"/repos/nixlab/up\d+/activity", Delay(seconds=0.3), times=INPUTS)
        with world.github.requests.step("at the tips"):
            assert runner.run("verify", asked).outcome == "clean"
        _release_all(world, 3)
        with world.github.requests.step("behind the tips"):
            assert runner.run("verify", asked).outcome == "clean"
        for step in ("at the tips", "behind the tips"):
            assert INPUTS < world.github.requests.api_calls(step) <= CALLS + INPUTS + PARENTS, step
        about_age = [one for one in world.github.requests.of_step("at the tips") if one.path.endswith("/activity")]
        assert _most_at_once([one for one in about_age if "/nixlab/" in one.path]) > 1


def _most_at_once(requests: list[RecordedRequest]) -> int:
    moments = sorted(moment for one in requests for moment in ((one.start, 1), (one.start + one.duration, -1)))
    under_way, most = 0, 0
    for _, step in moments:
        under_way += step
        most = max(most, under_way)
    return most


def _proposed(world: World) -> tuple[Environment, Runner]:
    """Let everything move, and propose it; with what `verify` is given then."""
    _release_all(world, 2)
    runner = Runner.create(world.folder / "run", world)
    assert runner.run("update", {}).outcome == "changed"
    assert runner.run("propose", propose(runner.outputs, world.secrets) or {}).outcome == "proposed"
    given = {
        "FLAKEBOT_TOKEN": world.secrets.approver_token,
        "FLAKEBOT_JOB_TOKEN": world.secrets.job_token,
        "FLAKEBOT_PR": "1",
    }
    return given, runner


def _depend_on_many(world: World, *, rules: bytes) -> None:
    _release_all(world, 1)
    inputs = " ".join(f'up{number}.url = "github:nixlab/up{number}";' for number in range(INPUTS))
    files = seed_files("config", system="none", fingerprint=world.secrets.key.fingerprint)
    files |= {"flake.nix": _FLAKE.format(inputs=inputs, release="none").encode(), RULES: files[RULES] + rules}
    world.consumer.commit(files | {"flake.lock": world.lock(files)}, "Depend on many", author=world.account(OWNER))


def _release_all(world: World, release: int) -> None:
    when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=9 - release)
    upstream(world, _BASE).commit(_flake("", release), "Release", when=when - timedelta(hours=1))
    for number in range(INPUTS):
        files = _flake(f'base.url = "github:{_BASE}";' if number < PARENTS else "", release)
        lock = {"flake.lock": world.lock(files)} if number < PARENTS else {}
        upstream(world, f"nixlab/up{number}").commit(files | lock, f"Release {release}", when=when)


def _flake(inputs: str, release: int) -> Files:
    return {"flake.nix": _FLAKE.format(inputs=inputs, release=release).encode()}
