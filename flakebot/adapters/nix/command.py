"""Run Nix on a flake in a folder, as the port has it. Never with a secret but a read-only token."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from flakebot.adapters.environment import NIX_VARIABLES, allowed_environment
from flakebot.adapters.files import read_plain_file
from flakebot.adapters.nix.argv import check_argv, lock_argv, nix_variables, update_argv, version_argv
from flakebot.adapters.nix.blame import blamed
from flakebot.adapters.nix.check import check_by_command, check_by_nix, require_command
from flakebot.adapters.nix.features import Feature, NixVersion, parse_version
from flakebot.adapters.nix.limits import require_space
from flakebot.adapters.nix.log import (
    failing_input,
    is_denied,
    is_unreachable,
    plain_text,
    reason,
    require_known_arguments,
)
from flakebot.adapters.nix.plan import CheckPlan, Program
from flakebot.adapters.nix.start import Start
from flakebot.adapters.process import Completed, TimedOut
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import CheckReport, Token
from flakebot.ports import Progress, UpdateRun

_QUICK = timedelta(minutes=1)
_ANY_NIX, _WHOLE_CHECK = Program(), CheckPlan()


class NixCommand:
    """A Nix, and how it checks. ``token`` may only read: Nix fetches inputs of ``server`` with it."""

    def __init__(
        self,
        *,
        program: Program = _ANY_NIX,
        plan: CheckPlan = _WHOLE_CHECK,
        token: Token | None = None,
        server: str = "github.com",
    ) -> None:
        self._program = program
        self._plan = plan
        self._environment = allowed_environment(NIX_VARIABLES, nix_variables(os.environ, token, server))

    def version(self) -> str:
        """Return which Nix it is, as ``2.26.3`` or ``2.29.0 (Determinate Nix 3.6.2)``."""
        return str(self._version)

    def update(self, flake: Path, *, inputs: tuple[str, ...] = (), limit: timedelta, progress: Progress) -> UpdateRun:
        """Update these inputs, or all when none is named, and return the lock and what Nix printed."""
        argv = update_argv(self._program, inputs, self._version)
        log = self._locking(argv, "nix flake update", self._start(flake, limit, progress))
        if inputs and "does not match any input" in log:  # for Nix that is a warning
            raise MisuseError(
                f"the flake does not have all of these inputs: {', '.join(inputs)}",
                advice=f"Name inputs that its flake.nix has. Nix says: {reason(log)}",
            )
        file = flake / "flake.lock"
        return UpdateRun(lock=read_plain_file(file) if os.path.lexists(file) else None, log=log)

    def lock_at(self, flake: Path, addresses: Mapping[str, str], *, limit: timedelta, progress: Progress) -> bytes:
        """Lock some root inputs to other addresses and return the whole lock, in which the others are as before."""
        argv = lock_argv(self._program, addresses, self._version)
        self._locking(argv, "nix flake lock", self._start(flake, limit, progress))
        return read_plain_file(flake / "flake.lock")

    def can_evaluate_only(self) -> bool:
        """Whether a check that builds nothing is less than the whole check."""
        return self._plan.can_evaluate_only

    def require_checker(self, flake: Path) -> None:
        """Raise `MisuseError` when the plan's command is not there: on PATH, or where its path leads from the flake."""
        if self._plan.command:
            require_command(self._start(flake, _QUICK, lambda _: None), self._program, self._plan)

    def check(self, flake: Path, *, is_built: bool = True, limit: timedelta, progress: Progress) -> CheckReport:
        """Check the flake without letting anything touch the lock. A failing check is a report, no error."""
        require_space((flake, Path(self._environment.get("NIX_STORE_DIR", "/nix/store"))), self._plan.disk)
        start = self._start(flake, limit, progress)
        if self._plan.command:
            return check_by_command(start, self._program, self._plan)
        return check_by_nix(start, check_argv(self._program, self._plan, self._version, is_built=is_built), self._plan)

    def failing_attribute(self, flake: Path, report: CheckReport, *, limit: timedelta, progress: Progress) -> str:
        """Return what failed in a check of this flake that did not say it, empty where nobody can tell."""
        if self._plan.command:
            return ""
        start = self._start(flake, limit, progress)
        return blamed(start, self._program, self._plan, self._version, report)

    def _locking(self, argv: tuple[str, ...], name: str, start: Start) -> str:
        """Let Nix write a lock, and return what it printed."""
        ended = start(argv)
        log = plain_text(ended.stderr)
        if isinstance(ended, TimedOut):
            raise UnavailableError(
                f"`{name}` did not end within {start.limit}",
                advice="Run it again, or give it more time with `update-limit`.",
            )
        require_known_arguments(log)
        if ended.code != 0:
            raise _lock_failure(log, name, self._version)
        return log

    @cached_property
    def _version(self) -> NixVersion:
        ended = self._start(Path("/"), _QUICK, lambda _: None)(version_argv(self._program))
        said = plain_text(ended.stdout.decode(errors="replace")).strip()
        version = parse_version(said) if isinstance(ended, Completed) and ended.code == 0 else None
        if version is None:
            raise UnavailableError(
                f"`{self._program.name} --version` does not say a version of Nix, Determinate Nix or Lix: "
                f"{said or plain_text(ended.stderr)}",
                advice="Mend the installation of Nix, or name another one with `nix`.",
            )
        return version

    def _start(self, folder: Path, limit: timedelta, progress: Progress) -> Start:
        return Start(folder=folder, environment=self._environment, limit=limit, progress=progress)


def _lock_failure(log: str, name: str, version: NixVersion) -> RefusedError | UnavailableError:
    at = failing_input(log)
    said = f"`{name}` failed{f' at the input {at}' if at else ''}: {reason(log)}"
    if is_unreachable(log):
        return UnavailableError(said, advice="Something on the network did not answer; run it again later.")
    if "contains mutable lock" in log and not version.has(Feature.RELATIVE_INPUTS):
        return RefusedError(said, advice=f"Nix {version} has no {Feature.RELATIVE_INPUTS}; use 2.26 or newer.")
    if is_denied(log):
        return RefusedError(said, advice="Is it still there? A private one needs a `nix-token` that may read it.")
    return RefusedError(
        said, advice="Mend the flake's inputs on the base branch; `nix flake update` there shows the same."
    )
