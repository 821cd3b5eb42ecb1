"""Signals that come when they matter."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Thread

_SECONDS = 20


def send_when_written(number: signal.Signals, file: Path) -> None:
    """Send this process a signal as soon as there is something in a file."""
    Thread(target=_send, args=(number, file), daemon=True).start()


def _send(number: signal.Signals, file: Path) -> None:
    until = time.monotonic() + _SECONDS
    while not (file.exists() and file.read_bytes()) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(os.getpid(), number)
