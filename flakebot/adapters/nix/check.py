"""Check a flake, by Nix or by a command in its place, and report how that ended. Never with another lock."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from flakebot.adapters.files import read_plain_file
from flakebot.adapters.nix.argv import configuring_variables
from flakebot.adapters.nix.failure import failed_stage, failing_attribute
from flakebot.adapters.nix.limits import with_memory_note
from flakebot.adapters.nix.log import plain_text, require_known_arguments
from flakebot.adapters.nix.plan import CheckPlan, Program
from flakebot.adapters.nix.start import Start
from flakebot.adapters.process import Completed, Ended, TimedOut, require_program
from flakebot.errors import MisuseError, RefusedError
from flakebot.model import CheckOutcome, CheckReport


def check_by_nix(start: Start, argv: tuple[str, ...], plan: CheckPlan) -> CheckReport:
    """Run ``nix flake check``, which reads the lock once, before anything of the flake can touch it."""
    report = _report(argv, start(argv, memory=plan.memory), plan)
    require_known_arguments(report.log)
    return report


def require_command(start: Start, program: Program, plan: CheckPlan) -> None:
    """Raise `MisuseError` when the plan's command cannot be run from the flake's folder."""
    try:
        require_program(_found(plan.command, start.folder)[0], _environment(start.environment, program))
    except MisuseError as error:
        raise MisuseError(
            f"the check command `{plan.command[0]}` is no program that can be run",
            advice="Correct `check-command`: a name is looked for on PATH, a path in the flake's folder.",
        ) from error


def check_by_command(start: Start, program: Program, plan: CheckPlan) -> CheckReport:
    """Run the plan's command in the flake's folder, with the same Nix on its PATH, as careful as ours.

    Raises `RefusedError` when it leaves another lock behind: then nobody knows which one it checked.
    """
    before = _lock(start.folder)
    started = replace(start, environment=_environment(start.environment, program))
    ended = started(_found(plan.command, start.folder), memory=plan.memory, is_joined=True)
    if _lock(start.folder) != before:
        raise RefusedError(
            f"the check command `{plan.command[0]}` changed flake.lock; expected it to check that lock as it is",
            advice="Let `check-command` write no lock, for instance with `--no-update-lock-file`.",
        )
    return _report(plan.command, ended, plan)


def _environment(inherited: Mapping[str, str], program: Program) -> Mapping[str, str]:
    given = {**inherited, **configuring_variables(inherited)}
    if os.sep in program.name:
        given["PATH"] = f"{Path(program.name).parent}{os.pathsep}{inherited.get('PATH', '')}"
    return given


def _found(command: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """Return the command with its program, when that is a path, in the flake's folder and not in ours."""
    program, *arguments = command
    return (str(folder / program) if os.sep in program else program, *arguments)


def _lock(folder: Path) -> bytes | None:
    try:
        return read_plain_file(folder / "flake.lock")
    except FileNotFoundError:
        return None


def _report(argv: tuple[str, ...], ended: Ended, plan: CheckPlan) -> CheckReport:
    log = plain_text(ended.stderr)
    report = CheckReport(outcome=_outcome(ended), command=argv, duration=ended.duration, log=log)
    if report.outcome is CheckOutcome.PASSED:
        return report
    return replace(
        report,
        log=with_memory_note(log, plan.memory),
        failed_in=failed_stage(log),
        failing=failing_attribute(log),
    )


def _outcome(ended: Ended) -> CheckOutcome:
    match ended:
        case TimedOut():
            return CheckOutcome.TIMED_OUT
        case Completed(code=0):
            return CheckOutcome.PASSED
        case Completed():
            return CheckOutcome.FAILED
