"""Time and Nix: what a command may ask of the machine. Declarations only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from flakebot.model import CheckReport

Progress = Callable[[str], None]
"""Takes one line that a tool printed, as it is printed."""


class Clock(Protocol):
    """Time, which only this port knows."""

    def now(self) -> datetime:
        """Return the present, in UTC."""

    def sleep(self, pause: timedelta) -> None:
        """Wait that long."""


class UpdateRun(Struct, frozen=True, kw_only=True):
    """What ``nix flake update`` left behind: the lock's bytes, and what Nix printed.

    ``lock`` is None for a flake without inputs, for which Nix writes none.
    """

    lock: bytes | None
    log: str


class Nix(Protocol):
    """Nix, in a process that holds no secret and starts with an allow-listed environment.

    All calls raise `UnavailableError` when Nix could not be run at all, and `MisuseError` when there is none, when it
    is too old, or when it does not know an argument that it was configured to be given.
    """

    def version(self) -> str:
        """Return which Nix it is, as ``2.26.3``, or with its makers, as ``2.29.0 (Determinate Nix 3.6.2)``."""

    def update(self, flake: Path, *, inputs: tuple[str, ...] = (), limit: timedelta, progress: Progress) -> UpdateRun:
        """Run ``nix flake update`` in the flake's folder and return the lock and what Nix printed.

        Only the named inputs of the flake move, or all of them when none is named.
        Raises `RefusedError` when Nix could not update it, with what Nix said.
        """

    def lock_at(self, flake: Path, addresses: Mapping[str, str], *, limit: timedelta, progress: Progress) -> bytes:
        """Lock some root inputs of the flake in its folder to other addresses, and return the whole lock.

        All other inputs stay as they are locked. Raises as `update` does.
        """

    def can_evaluate_only(self) -> bool:
        """Whether a check that builds nothing is less than the whole check; else both do the same."""

    def require_checker(self, flake: Path) -> None:
        """Raise `MisuseError` when the command that is to check the flake in its folder cannot be run."""

    def check(self, flake: Path, *, is_built: bool = True, limit: timedelta, progress: Progress) -> CheckReport:
        """Run ``nix flake check``, or the command in its place, without letting it touch the lock.

        A failing check is a report, no error. Not ``is_built``, it only evaluates, where that can be had.
        Raises `UnavailableError` when there is too little room to start it, and `RefusedError` when the lock is
        another one afterwards.
        """

    def failing_attribute(self, flake: Path, report: CheckReport, *, limit: timedelta, progress: Progress) -> str:
        """Return which attribute failed in a check of the flake in its folder whose report names none.

        Empty where Nix cannot be asked that, or does not tell it within the limit. Evaluates and builds nothing.
        """
