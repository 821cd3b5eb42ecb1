"""What goes wrong in a row of a table of bad input, and what must then be true."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from msgspec import Struct, field

from flakebot.rehearsal.github import RecordedRequest
from flakebot.rehearsal.runner import Runner, StepEnd
from flakebot.rehearsal.steps import STEPS, Environment
from flakebot.rehearsal.world import BOT_BRANCH, World
from tests.stories.stage import said

Spoil = Callable[[Runner, Environment], Environment]
"""Spoils a machine, and returns the environment that the step is given instead of its own."""

_ADVICE = re.compile(r"^  \S.*[.?]", re.MULTILINE)


class Row(Struct, frozen=True, kw_only=True):
    """One sentence: with this spoiled, the step ends with this code and says this."""

    name: str
    spoil: Spoil
    code: int
    says: tuple[str, ...]
    is_advice_needed: bool = field(default=True)


def run_spoiled(runner: Runner, command: str, row: Row) -> StepEnd:
    """Run a step with what the row spoils."""
    environment = STEPS[command](runner.outputs, runner.world.secrets)
    assert environment is not None, f"{command} would not even be run"
    spoiled = dataclasses.replace(runner, outputs=dict(runner.outputs))
    return spoiled.run(command, row.spoil(spoiled, dict(environment)))


def assert_explained(end: StepEnd, row: Row) -> None:
    """Assert that the step ended as the row says, with sentences and without a traceback."""
    text = said(end)
    assert "Traceback" not in text
    assert end.ended.code == row.code, text
    for words in row.says:
        assert words in text
    assert _ADVICE.search(text) or not row.is_advice_needed, f"no advice in: {text}"


def writes(world: World) -> tuple[RecordedRequest, ...]:
    """Return every request that changed something on GitHub."""
    return tuple(
        request
        for request in world.github.requests.all()
        if request.method not in {"GET", "HEAD"} and request.status < 300 and "git-upload-pack" not in request.path
    )


def assert_nothing_written(world: World) -> None:
    """Assert that GitHub is as it was: no branch of the bot, no pull request, no status, no write at all."""
    assert writes(world) == ()
    assert_nothing_left(world)


def assert_nothing_left(world: World) -> None:
    """Assert that no branch of the bot, no pull request and no status is there, whatever was written meanwhile."""
    assert world.consumer.pulls() == ()
    assert world.consumer.state.statuses == []
    assert world.consumer.state.store.branch(BOT_BRANCH) is None
