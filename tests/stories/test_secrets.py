"""No secret shows up in anything that is written, sent or shown, and each place is really searched."""

from __future__ import annotations

import subprocess
import time

import pytest

from flakebot.rehearsal.stories import STORIES
from flakebot.rehearsal.world import World
from tests.stories.leaks import CommandLines, leaks, needles
from tests.stories.stage import played, world_of


@pytest.mark.parametrize("name", STORIES)
def test_no_secret_shows_up_anywhere(name: str) -> None:
    with CommandLines() as lines, played(name) as performance:
        assert b"merge" in b"".join(lines.seen) or name != "good"
        assert leaks(performance.world, {"arguments": b"\n".join(lines.seen)}) == []


def _plant_in_a_file(world: World, secret: str) -> None:
    (world.folder / "candidate").mkdir()
    (world.folder / "candidate" / "log").write_text(f"Authorization: token {secret}\n")


def _plant_in_a_git_object(world: World, secret: str) -> None:
    world.consumer.commit({"notes": secret}, branch="notes")
    subprocess.run(("git", "repack", "-adq"), cwd=world.consumer.state.store.folder, check=True)


def _plant_in_a_status(world: World, secret: str) -> None:
    (world.folder / "output").write_text(f"log<<mark\n{secret}\nmark\n")


@pytest.mark.parametrize("plant", [_plant_in_a_file, _plant_in_a_git_object, _plant_in_a_status])
def test_a_planted_secret_is_found(plant: object) -> None:
    assert callable(plant)
    with world_of("nothing-to-do") as world:
        before = leaks(world, {})
        plant(world, world.secrets.key.passphrase.reveal())
        assert before == []
        assert any(place.startswith("passphrase in ") for place in leaks(world, {}))


def test_a_secret_among_arguments_is_found() -> None:
    with CommandLines() as lines, subprocess.Popen(("sleep", "0.1", "0.0000123")) as process:
        process.wait()
        time.sleep(0.02)
    assert any(b"0.0000123" in line for line in lines.seen)


def test_every_secret_is_looked_for() -> None:
    with world_of("nothing-to-do") as world:
        found = needles(world.secrets)
        texts = [text for text in world.secrets.all() if "PRIVATE KEY" not in text]
    assert {text.encode() for text in texts} <= set(found.values())
    assert sum(name.startswith("line ") for name in found) > 5
