"""The document of a rehearsal: the end state, and where the time went. Renders; measures and judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from flakebot.commands.report import Fact, Report
from flakebot.errors import ExitCode
from flakebot.rehearsal.end_state import changed_nodes, pull_request_facts
from flakebot.rehearsal.playing import Performance, Played
from flakebot.rehearsal.spans import covered

COMMANDS = ("update", "propose", "approve", "merge")
"""The commands whose calls and time are counted."""


class Spent(Struct, frozen=True, kw_only=True):
    """Where the seconds of a step, or of several, went. ``own`` is what is left for flakebot itself.

    ``others`` is when Nix or the server worked: both at one moment count once, so it may be less than their sum.
    """

    total: float = 0.0
    nix: float = 0.0
    server: float = 0.0
    others: float = 0.0
    sleep: float = 0.0

    @property
    def own(self) -> float:
        """The time that was neither Nix's nor the server's nor a pause between two looks at the checks.

        In a pause a command asks nobody, so that no pause overlaps with the others' time.
        """
        return max(0.0, self.total - self.others - self.sleep)

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            total=self.total + other.total,
            nix=self.nix + other.nix,
            server=self.server + other.server,
            others=self.others + other.others,
            sleep=self.sleep + other.sleep,
        )


def rehearsal_report(performance: Performance, *, seed_seconds: float) -> Report:
    """Return what ``flakebot rehearse`` reports: its outcome and exit code are the last command's."""
    last = performance.steps[-1].end
    return Report(
        command="rehearse",
        outcome=last.outcome,
        headline=f"{performance.story.name}: {last.command} ended as “{last.outcome}”, exit code {last.ended.code}.",
        exit_code=_exit_code(last.ended.code),
        facts=_facts(performance, seed_seconds),
    )


def _facts(performance: Performance, seed_seconds: float) -> dict[str, Fact]:
    world, steps = performance.world, performance.steps
    before, after = performance.base_before, world.consumer.head()
    counted = [played for played in steps if played.end.command in COMMANDS]
    return {
        "scenario": performance.story.name,
        "pull_requests": tuple(pull_request_facts(world, pull) for pull in world.consumer.pulls()),
        "base_sha_before": before,
        "base_sha_after": after,
        "lock_nodes_changed": changed_nodes(world, before, after),
        "checks_run": sum(map(checks, steps)),
        "nix_version": next((played.end.outputs.get("nix-version") for played in counted), None),
        "timings": _timings(performance, sum(map(spent, counted), Spent()), seed_seconds),
        "api_calls": {command: _calls_of(counted, command) for command in COMMANDS},
        "runs": tuple(_run_facts(list(played)) for _, played in groupby(steps, key=attrgetter("run"))),
        "steps": tuple(map(_step_facts, steps)),
        "folder": str(world.folder),
    }


def checks(played: Played) -> int:
    """Count the checks that a step ran: `update` says how many, and the other commands run none."""
    return int(played.end.outputs.get("checks", "0"))


def _run_facts(steps: Sequence[Played]) -> dict[str, Fact]:
    last = steps[-1].end
    return {
        "run": steps[-1].run,
        "outcome": last.outcome,
        "exit_code": last.ended.code,
        "checks": sum(map(checks, steps)),
    }


def _calls_of(steps: Sequence[Played], command: str) -> int:
    return sum(calls(played) for played in steps if played.end.command == command)


def calls(played: Played) -> int:
    """Count the API calls of one step; git's transfers and what Nix asks are none."""
    return sum(request.is_api_call and not request.is_from_nix for request in played.requests)


def spent(played: Played) -> Spent:
    """Return where the time of one step went; what Nix waits for is Nix's time."""
    nix = played.end.nix_spans
    server = (*played.waits, *(request.span for request in played.requests if not request.is_from_nix))
    return Spent(
        total=played.end.ended.seconds,
        nix=covered(nix),
        server=covered(server),
        others=covered((*nix, *server)),
        sleep=played.end.slept_seconds,
    )


def _timings(performance: Performance, commands: Spent, seed_seconds: float) -> dict[str, Fact]:
    return {
        "total_s": round(seed_seconds + performance.seconds, 3),
        "seed_s": round(seed_seconds, 3),
        "commands_s": round(commands.total, 3),
        "nix_s": round(commands.nix, 3),
        "server_s": round(commands.server, 3),
        "sleep_s": round(commands.sleep, 3),
        "overhead_s": round(commands.own, 3),
    }


def _step_facts(played: Played) -> dict[str, Fact]:
    end, time = played.end, spent(played)
    return {
        "run": played.run,
        "command": end.command,
        "outcome": end.outcome,
        "exit_code": end.ended.code,
        "api_calls": calls(played),
        "total_s": round(time.total, 3),
        "nix_s": round(time.nix, 3),
        "server_s": round(time.server, 3),
        "overhead_s": round(time.own, 3),
        "cpu_s": round(end.ended.cpu_seconds, 3),
        "peak_mb": None if end.ended.peak_kib is None else round(end.ended.peak_kib / 1024, 1),
    }


def _exit_code(code: int) -> ExitCode:
    """Return the exit code of the command; one that was killed, or knows other codes, is a bug of ours."""
    return ExitCode(code) if code in ExitCode.__members__.values() else ExitCode.BUG
