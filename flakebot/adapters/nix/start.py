"""Start Nix, or what checks in its place, in a flake's folder. Never with a terminal, never without a time limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from flakebot.adapters.nix.limits import limiting_memory
from flakebot.adapters.nix.log import KEPT, plain_line
from flakebot.adapters.process import Ended, keeping_in, require_program, run
from flakebot.ports import Progress


class Start(Struct, frozen=True, kw_only=True):
    """What is the same however a flake is checked: where, with which environment, and for how long at most."""

    folder: Path
    environment: Mapping[str, str]
    limit: timedelta
    progress: Progress

    def __call__(self, argv: tuple[str, ...], *, memory: int | None = None, is_joined: bool = False) -> Ended:
        """Run a program to its end. What it prints as its log is stderr, or both outputs when they are joined."""
        require_program(argv[0], self.environment)
        return run(
            (*keeping_in(), *limiting_memory(memory), *argv),
            cwd=self.folder,
            environment=self.environment,
            limit=self.limit,
            progress=lambda line: self.progress(plain_line(line)),
            keep=KEPT,
            is_joined=is_joined,
        )
