"""The figures of a whole update, from stories that are played for this. Prints nothing."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flakebot.errors import UnavailableError
from flakebot.rehearsal.benchmark.figures import import_seconds
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.playing import Performance, Played, play, prepare
from flakebot.rehearsal.report import COMMANDS, Spent, calls, spent
from flakebot.rehearsal.runner import PYTHON
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.stories import STORIES

Numbers = dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFigures:
    """``whole`` is the sum over the four commands, ``commands`` each of them and ``whoami``.

    ``own_s`` is what neither Nix nor the server took, git and gpg included; ``own_cpu_s`` is flakebot's work alone.
    """

    whole: Numbers
    commands: dict[str, Numbers]


def update_figures(rounds: int) -> UpdateFigures:
    """Play `good` so often and once more for the imports; of several rounds the median counts."""
    played = [_steps() for _ in range(rounds)]
    imports = _imports()
    wholes = [sum((spent(step) for step in steps if step.end.command in COMMANDS), Spent()) for steps in played]
    commands = [steps for steps in zip(*played, strict=True) if steps[0].end.command in COMMANDS]
    return UpdateFigures(
        whole={
            **_seconds(wholes),
            "own_cpu_s": _sum(map(own_cpu_seconds, commands)),
            "api_calls": sum(calls(step) for step in played[0] if step.end.command in COMMANDS),
        },
        commands={
            steps[0].end.command: {**_of_command(steps), "import_s": imports[steps[0].end.command]}
            for steps in zip(*played, strict=True)
        },
    )


def _steps() -> tuple[Played, ...]:
    with _good(PYTHON) as performance:
        return performance.steps


def _of_command(steps: tuple[Played, ...]) -> Numbers:
    peaks = [step.end.ended.peak_kib for step in steps if step.end.ended.peak_kib is not None]
    return {
        **_seconds([spent(step) for step in steps]),
        "cpu_s": round(statistics.median(step.end.ended.cpu_seconds for step in steps), 3),
        "own_cpu_s": own_cpu_seconds(steps),
        "api_calls": calls(steps[0]),
        "peak_mb": round(max(peaks) / 1024, 1) if peaks else None,
    }


def own_cpu_seconds(steps: Sequence[Played]) -> float | None:
    """Return how long the processor worked at least in one of these steps, without Nix, git and gpg."""
    worked = [ended.own_cpu_seconds for step in steps if (ended := step.end.ended).own_cpu_seconds is not None]
    return round(min(worked), 3) if worked else None


def _sum(parts: Iterable[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return round(sum(known), 3) if known else None


def _seconds(spans: list[Spent]) -> Numbers:
    parts = {"total_s": "total", "nix_s": "nix", "server_s": "server", "sleep_s": "sleep", "own_s": "own"}
    return {
        name: round(statistics.median(float(getattr(span, part)) for span in spans), 3) for name, part in parts.items()
    }


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
