"""The figures of a whole update, from stories that are played for this. Prints nothing."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from flakebot.errors import UnavailableError
from flakebot.rehearsal.benchmark.figures import import_seconds
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.playing import Performance, Played, play, prepare
from flakebot.rehearsal.report import COMMANDS, Spent, calls, spent
from flakebot.rehearsal.runner import PYTHON
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.stories import STORIES

Numbers = dict[str, float | None]


class UpdateFigures(Struct, frozen=True, kw_only=True):
    """``whole`` is the sum over the four commands, ``commands`` each of them and ``whoami``, all of the same round.

    ``own_s`` is what neither Nix nor the server took, git and gpg included; ``own_cpu_s`` is flakebot's work alone.
    """

    whole: Numbers
    commands: dict[str, Numbers]


def update_figures(rounds: int) -> UpdateFigures:
    """Play `good` so often, and once more for the imports.

    The round counts that took least of our own time: whatever else the machine does can only add to it. The median of
    all rounds stands beside it, for on a machine that is never idle the best one alone says too little.
    """
    played = [_steps() for _ in range(rounds)]
    steps = min(played, key=lambda steps: _whole(steps).own)
    counted = [step for step in steps if step.end.command in COMMANDS]
    imports = _imports()
    return UpdateFigures(
        whole={
            **_seconds(_whole(steps)),
            "own_median_s": round(statistics.median(_whole(steps).own for steps in played), 3),
            "own_cpu_s": _sum(step.end.ended.own_cpu_seconds for step in counted),
            "api_calls": sum(map(calls, counted)),
        },
        commands={step.end.command: {**_of_command(step), "import_s": imports[step.end.command]} for step in steps},
    )


def _steps() -> tuple[Played, ...]:
    with _good(PYTHON) as performance:
        return performance.steps


def _whole(steps: tuple[Played, ...]) -> Spent:
    return sum((spent(step) for step in steps if step.end.command in COMMANDS), Spent())


def _of_command(step: Played) -> Numbers:
    ended = step.end.ended
    return {
        **_seconds(spent(step)),
        "cpu_s": round(ended.cpu_seconds, 3),
        "own_cpu_s": _sum([ended.own_cpu_seconds]),
        "api_calls": calls(step),
        "peak_mb": round(ended.peak_kib / 1024, 1) if ended.peak_kib is not None else None,
    }


def _sum(parts: Iterable[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return round(sum(known), 3) if known else None


def _seconds(span: Spent) -> Numbers:
    parts = {"total_s": "total", "nix_s": "nix", "server_s": "server", "sleep_s": "sleep", "own_s": "own"}
    return {name: round(float(getattr(span, part)), 3) for name, part in parts.items()}


def _imports() -> dict[str, float]:
    """Return the seconds that each command's imports take, measured in a round of their own."""
    with _good((*PYTHON, "-X", "importtime")) as performance:
        ends = [step.end for step in performance.steps]
        logs = {end.command: (end.logs / "stderr").read_text(errors="replace") for end in ends}
    return {command: import_seconds(log) for command, log in logs.items()}


@contextmanager
def _good(python: tuple[str, ...]) -> Iterator[Performance]:
    story = STORIES["good"]
    with rehearsal_folder(None) as folder, seeded_world(folder, story.estate) as world:
        prepare(story, world)
        performance = play(story, world, python=python)
        last = performance.steps[-1].end
        if last.outcome != "merged":
            raise UnavailableError(f"`{last.command}` ended as {last.outcome}, expected an update to be merged")
        yield performance
