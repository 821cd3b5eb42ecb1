"""Run a tool of a rehearsal's to its end, without our input. Believes none that a signal may have ended."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from flakebot.interrupts import heed


def finished(
    argv: tuple[str, ...], *, cwd: Path, environment: Mapping[str, str], limit: float, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Return how a program ended. Raises `subprocess.TimeoutExpired` after ``limit`` seconds.

    It reads what is ``given``. A terminal interrupts what we run along with us, and then it would look like a tool that
    failed.
    """
    ended = subprocess.run(
        argv, cwd=cwd, env=dict(environment), input=given, capture_output=True, timeout=limit, check=False
    )
    heed()
    return ended
