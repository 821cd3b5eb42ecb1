"""Play a story: a seeded world, what happens in it, and the steps as a runner plays them. Judges nothing."""

from __future__ import annotations

import time

from msgspec import Struct

from flakebot.model import Sha
from flakebot.ports import Progress
from flakebot.rehearsal.github import RecordedRequest
from flakebot.rehearsal.runner import PYTHON, Runner, StepEnd
from flakebot.rehearsal.spans import Span
from flakebot.rehearsal.steps import STEPS
from flakebot.rehearsal.story import Story
from flakebot.rehearsal.world import Happening, World


class Played(Struct, frozen=True, kw_only=True):
    """One step that was played: in which run, how it ended, what it asked of the stand-in and when it waited for it.

    What Nix waited for is not among the ``waits``.
    """

    run: int
    end: StepEnd
    requests: tuple[RecordedRequest, ...]
    waits: tuple[Span, ...]


class Audience(Struct, frozen=True, kw_only=True):
    """Who is told of a rehearsal: ``say`` takes what happens, ``quote`` each line that a step printed.

    ``tell`` takes what is to be read while nothing happens.
    """

    say: Progress
    quote: Progress
    tell: Progress = lambda _: None


NOBODY = Audience(say=lambda _: None, quote=lambda _: None)


class Performance(Struct, frozen=True, kw_only=True):
    """A story that was played to its end, in a world that still stands."""

    story: Story
    world: World
    base_before: Sha
    steps: tuple[Played, ...]
    seconds: float


def prepare(story: Story, world: World) -> None:
    """Let happen what the story starts with."""
    for happening in story.before:
        happening(world)


def play(
    story: Story,
    world: World,
    *,
    runs: int | None = None,
    audience: Audience = NOBODY,
    python: tuple[str, ...] = PYTHON,
) -> Performance:
    """Play the steps, ``runs`` times or as often as the story takes, each time on a new machine.

    What the story lets happen happens once.
    """
    started = time.monotonic()
    runs = story.runs if runs is None else runs
    base = world.consumer.head()
    steps: list[Played] = []
    for run in range(1, runs + 1):
        audience.say(f"Run {run} of {runs} on a new machine" if runs > 1 else "A new machine checks the repository out")
        runner = Runner.create(world.folder / f"run-{run}", world, python)
        steps += _play_steps(story, runner, run, audience)
        if run in story.between:
            _happen(story.between[run], world, audience)
    seconds = time.monotonic() - started
    return Performance(story=story, world=world, base_before=base, steps=tuple(steps), seconds=seconds)


def _play_steps(story: Story, runner: Runner, run: int, audience: Audience) -> list[Played]:
    world = runner.world
    played: list[Played] = []
    for command, step in STEPS.items():
        environment = step(runner.outputs, world.secrets)
        if environment is None:
            continue
        mark = f"{run} {command}"
        with world.github.requests.step(mark):
            end = runner.run(command, environment)
        requests = world.github.requests.of_step(mark)
        waits = world.github.waits({request.port for request in requests if not request.is_from_nix})
        played.append(Played(run=run, end=end, requests=requests, waits=waits))
        for line in (end.logs / "stderr").read_text(errors="replace").splitlines():
            audience.quote(line)
        audience.say(f"{command}: {end.outcome} (exit code {end.ended.code})")
        for point in end.points:
            audience.say(f"{command} says: {point}")
        happening = story.after.get(command) if run == 1 else None
        if happening is not None:
            _happen(happening, world, audience)
    return played


def _happen(happening: Happening, world: World, audience: Audience) -> None:
    audience.say(f"meanwhile: {happening.__name__.replace('_', ' ')}")
    happening(world)
