"""A program and every process that it started: told to end together. Never signals a process of anyone else."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

GRACE = 5.0
"""Seconds between asking and insisting."""


def signal_family(leader: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the leader's process group, which it has for itself; nobody left is fine."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader.pid, number)


def end_family(leader: subprocess.Popen[bytes]) -> None:
    """Ask a leader that still runs to end, wait a little, then kill whatever is left of its group."""
    try:
        if leader.poll() is None:
            signal_family(leader, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                leader.wait(GRACE)
    finally:
        signal_family(leader, signal.SIGKILL)
        leader.wait()
