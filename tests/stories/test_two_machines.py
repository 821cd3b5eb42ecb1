"""The same candidate folder, proposed by two machines at once: the same pull requests, whoever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.happenings import inputs_move
from flakebot.rehearsal.runner import Runner, StepEnd
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.steps import propose
from flakebot.rehearsal.world import World
from tests.stories.parts import held, parts
from tests.stories.stage import world_of

ROUNDS = 4
MACHINES = 2


@pytest.fixture(scope="module")
def machines() -> Iterator[tuple[Runner, ...]]:
    """Machines in one world, of which the first has made an update."""
    with rehearsal_folder(None) as folder, seeded_world(folder) as world:
        inputs_move(world)
        yield _machines_in(world)


@pytest.fixture(scope="module")
def machines_with_a_culprit() -> Iterator[tuple[Runner, ...]]:
    """Machines in a world in which one of sixteen inputs breaks the check, so that the update has two parts."""
    with world_of("one-bad-input") as world:
        yield _machines_in(world)


def _machines_in(world: World) -> tuple[Runner, ...]:
    made = tuple(Runner.create(world.folder / f"machine-{number}", world) for number in range(MACHINES))
    assert made[0].run("update", {}).outcome == "changed"
    return made


def _propose_at_once(machines: tuple[Runner, ...], branch: str) -> list[StepEnd]:
    first = machines[0]
    environment = propose(first.outputs, first.world.secrets)
    assert environment is not None
    candidate = str(first.folder / "temp" / "flakebot-candidate")
    own = environment | {"FLAKEBOT_CANDIDATE": candidate, "FLAKEBOT_BRANCH": branch}
    with ThreadPoolExecutor(len(machines)) as pool:
        return list(pool.map(lambda machine: machine.run("propose", own), machines))


def test_two_machines_at_once_and_one_after_the_other_end_in_the_same_pull_requests(
    machines: tuple[Runner, ...],
) -> None:
    world = machines[0].world
    for number in range(ROUNDS):
        branch = f"bot/round{number}"
        ends = _propose_at_once(machines, branch)
        said = [(end.logs / "stderr").read_text() for end in ends]
        assert [end.ended.code for end in ends] == [0] * MACHINES, said
        assert {end.outcome for end in ends} <= {"proposed", "unchanged"}, said
        (pull,) = (pull for pull in world.consumer.pulls() if pull.head_branch == branch)
        assert {end.outputs["head-sha"] for end in ends} == {pull.head_sha}
        assert {end.outputs["pull-request-numbers"] for end in ends} == {str(pull.number)}
        assert [label.name for label in pull.labels] == ["dependencies"]

    again = _propose_at_once(machines, "bot/round0")
    assert [end.outcome for end in again] == ["unchanged"] * MACHINES
    assert len(world.consumer.pulls()) == ROUNDS


@pytest.mark.slow
def test_of_an_update_with_a_culprit_two_machines_open_one_pull_request_each_for_the_good_and_the_held(
    machines_with_a_culprit: tuple[Runner, ...],
) -> None:
    world = machines_with_a_culprit[0].world
    for number in (0, 1, 0):
        branch = f"bot/round{number}"
        ends = _propose_at_once(machines_with_a_culprit, branch)
        said = [(end.logs / "stderr").read_text() for end in ends]
        assert [end.ended.code for end in ends] == [0] * MACHINES, said
        good, bad = (
            next(pull for pull in world.consumer.pulls() if pull.head_branch == name)
            for name in (branch, f"{branch}-held-chat")
        )
        assert {end.outputs["head-shas"] for end in ends} == {good.head_sha}
        assert {end.outputs["pull-request-numbers"] for end in ends} == {str(good.number)}
        assert {end.outputs["held-pull-request-numbers"] for end in ends} == {str(bad.number)}
        made = {part.branch: part for part in parts(world)}
        assert made[bad.head_branch] == replace(held("chat"), branch=bad.head_branch)
        assert not made[branch].is_held
        assert "chat" not in made[branch].moved
    assert len(world.consumer.pulls()) == 4
