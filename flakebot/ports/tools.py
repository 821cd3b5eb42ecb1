"""Time and Nix: what a command may ask of the machine. Declarations only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from flakebot.model import CheckReport

Progress = Callable[[str], None]
"""Takes one line that a tool printed, as it is printed."""


class Clock(Protocol):
    """Time, which only this port knows."""

    def now(self) -> datetime:
        """Return the present, in UTC."""

    def sleep(self, pause: timedelta) -> None:
        """Wait that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRun:
    """What ``nix flake update`` left behind: the lock's bytes, and what Nix printed."""

    lock: bytes
    log: str


class Nix(Protocol):
    """Nix, in a process that holds no secret and starts with an allow-listed environment.

    Both calls raise `UnavailableError` when Nix could not be run at all, and `MisuseError` when there is none.
    """

    def version(self) -> str:
        """Return what ``nix --version`` says, as ``2.26.3``."""

    def update(self, flake: Path, *, limit: timedelta, progress: Progress) -> UpdateRun:
        """Run ``nix flake update`` in the flake's folder and return the lock and what Nix printed.

        Raises `RefusedError` when Nix could not update it, with what Nix said.
        """

    def check(self, flake: Path, *, arguments: tuple[str, ...], limit: timedelta, progress: Progress) -> CheckReport:
        """Run ``nix flake check`` without letting it touch the lock. A failing check is a report, no error."""
