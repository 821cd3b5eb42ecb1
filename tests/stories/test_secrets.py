"""The search for secrets (test_endings) finds one wherever it is planted; otherwise it would prove nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import pytest

from flakebot.rehearsal.github.state.pulls import Comment
from flakebot.rehearsal.github.state.world import present
from flakebot.rehearsal.people import APPROVER
from flakebot.rehearsal.world import World
from tests.stories.leaks import CommandLines, leaks, needles, written
from tests.stories.stage import played, world_of

Plant = Callable[[World, str], None]


def _in_a_file(world: World, secret: str) -> None:
    (world.folder / "log").write_text(f"Authorization: token {secret}\n")


def _in_a_packed_object(world: World, secret: str) -> None:
    world.consumer.commit({"notes": secret}, branch="notes")
    subprocess.run(("git", "repack", "-adq"), cwd=world.consumer.state.store.folder, check=True)


def _in_a_comment(world: World, secret: str) -> None:
    author = world.account(APPROVER)
    comment = Comment(id=1, author=author, body=f"used {secret}", created_at=present(), updated_at=present())
    world.consumer.pull(1).comments.append(comment)


@pytest.mark.parametrize("plant", [_in_a_file, _in_a_packed_object, _in_a_comment])
def test_a_planted_secret_is_found(plant: Plant) -> None:
    with played("broken") as performance:
        world = performance.world
        before = leaks(world.secrets, written(world))
        plant(world, world.secrets.key.passphrase.reveal())
        after = leaks(world.secrets, written(world))
    assert before == []
    assert [place.partition(" in ")[0] for place in after] == ["passphrase"]


def test_a_secret_among_arguments_is_found() -> None:
    with CommandLines() as lines, subprocess.Popen(("sleep", "1", "0.0000123")) as process:
        process.wait()
    assert b"0.0000123" in lines.text()


def test_no_call_of_a_tool_is_too_short_to_be_noted() -> None:
    before = os.environ["PATH"]
    with CommandLines() as lines:
        for number in range(20):
            subprocess.run(("git", "-c", f"a.b=planted-{number}.", "--version"), check=True, stdout=subprocess.DEVNULL)
        found = lines.text()
    assert [number for number in range(20) if f"planted-{number}.".encode() not in found] == []
    assert found.count(b"planted-7.") == lines.text().count(b"planted-7.")
    assert os.environ["PATH"] == before


def test_every_secret_is_looked_for_also_as_git_sends_it() -> None:
    with world_of("nothing-to-do") as world:
        secrets = world.secrets
    found = needles(secrets)
    key = secrets.key.private.reveal()
    assert {text.encode() for text in secrets.all() if text != key} <= set(found.values())
    assert sum(name.endswith("as git sends it") for name in found) == 4
    body = "".join(text.decode() for name, text in found.items() if name.startswith("line "))
    assert len(body) > len(key) / 2
