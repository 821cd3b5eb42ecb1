"""Run Nix on a flake in a folder, as the port has it. Never with a secret but a read-only token."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from flakebot.adapters.files import read_plain_file
from flakebot.adapters.nix.argv import UPDATE, VERSION, check_argv, nix_variables
from flakebot.adapters.nix.log import KEPT, is_unreachable, plain_line, plain_text, reason
from flakebot.adapters.process import (
    NIX_VARIABLES,
    Completed,
    TimedOut,
    allowed_environment,
    keeping_in,
    require_program,
    run,
)
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import CheckOutcome, CheckReport, Token
from flakebot.ports import Progress, UpdateRun

_QUICK = timedelta(minutes=1)


class NixCommand:
    """The ``nix`` on PATH. ``token`` may only read: Nix fetches inputs of ``server`` with it."""

    def __init__(self, *, token: Token | None = None, server: str = "github.com") -> None:
        self._environment = allowed_environment(NIX_VARIABLES, nix_variables(os.environ, token, server))

    def version(self) -> str:
        """Return what ``nix --version`` says, as ``2.26.3``."""
        ended = self._run(VERSION, Path("/"), _QUICK, progress=lambda _: None)
        said = ended.stdout.decode(errors="replace").strip()
        match = re.search(r"\d+(\.\d+)+\S*$", said)
        if isinstance(ended, TimedOut) or ended.code != 0 or match is None:
            raise UnavailableError(
                f"`nix --version` does not say a version: {said or ended.stderr}",
                advice="Mend the installation of Nix.",
            )
        return match[0]

    def update(self, flake: Path, *, limit: timedelta, progress: Progress) -> UpdateRun:
        """Run ``nix flake update`` in the flake's folder and return the lock and what Nix printed."""
        ended = self._run(UPDATE, flake, limit, progress)
        log = plain_text(ended.stderr)
        if isinstance(ended, TimedOut):
            raise UnavailableError(
                f"`nix flake update` did not end within {limit}",
                advice="Run it again, or give it more time with `update-limit`.",
            )
        if ended.code != 0:
            raise _update_failure(log)
        return UpdateRun(lock=_lock(flake / "flake.lock"), log=log)

    def check(self, flake: Path, *, arguments: tuple[str, ...], limit: timedelta, progress: Progress) -> CheckReport:
        """Run ``nix flake check`` without letting it touch the lock. A failing check is a report, no error."""
        argv = check_argv(arguments)
        ended = self._run(argv, flake, limit, progress)
        return CheckReport(outcome=_outcome(ended), command=argv, duration=ended.duration, log=plain_text(ended.stderr))

    def _run(self, argv: tuple[str, ...], cwd: Path, limit: timedelta, progress: Progress) -> Completed | TimedOut:
        require_program(argv[0], self._environment)
        return run(
            (*keeping_in(), *argv),
            cwd=cwd,
            environment=self._environment,
            limit=limit,
            progress=lambda line: progress(plain_line(line)),
            keep=KEPT,
        )


def _outcome(ended: Completed | TimedOut) -> CheckOutcome:
    match ended:
        case TimedOut():
            return CheckOutcome.TIMED_OUT
        case Completed(code=0):
            return CheckOutcome.PASSED
        case Completed():
            return CheckOutcome.FAILED


def _update_failure(log: str) -> RefusedError | UnavailableError:
    said = f"`nix flake update` failed: {reason(log)}"
    if is_unreachable(log):
        return UnavailableError(said, advice="Something on the network did not answer; run it again later.")
    return RefusedError(
        said, advice="Mend the flake's inputs on the base branch; `nix flake update` there shows the same."
    )


def _lock(file: Path) -> bytes:
    try:
        return read_plain_file(file)
    except FileNotFoundError as error:
        raise MisuseError(
            "Nix wrote no flake.lock: the flake has no inputs",
            advice="There is nothing to update; add inputs to flake.nix.",
        ) from error
