"""The door to the tools that a world is made with: git and nix, without input, within a time limit."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from flakebot.errors import MisuseError, UnavailableError
from flakebot.interrupts import heed
from flakebot.rehearsal.finished import finished

LIMIT_SECONDS = 120
NEEDED = ("git", "gpg", "gpgconf", "nix")


def run_tool(*argv: str, cwd: Path, environment: Mapping[str, str]) -> None:
    """Run a program. Raises `UnavailableError` with what it said unless it succeeds."""
    heed()
    try:
        ended = finished(argv, cwd=cwd, environment=environment, limit=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{' '.join(argv[:2])} did not end within {LIMIT_SECONDS} seconds") from None
    if ended.returncode != 0:
        said = ended.stderr.decode(errors="replace").strip()
        raise UnavailableError(f"{' '.join(argv[:2])} failed while the world was made: {said}")


def require_tools() -> None:
    """Raise `MisuseError` when a program is missing that a rehearsal needs."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise MisuseError(
            f"a rehearsal plays with real tools, and these are not on PATH: {', '.join(missing)}",
            advice="Run scripts/setup in the checkout, or install them.",
        )
