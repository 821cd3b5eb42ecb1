"""Run one process to its end and measure it: seconds, and how much memory it had at most. Judges nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.02
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended. ``peak_kib`` is its own memory without its children's; None where it cannot be read."""

    code: int
    seconds: float
    peak_kib: int | None


def run_measured(
    argv: tuple[str, ...], *, cwd: Path, environment: Mapping[str, str], logs: Path, limit: float
) -> Ended:
    """Run a program without input; its output stays in ``logs`` (``stdout``, ``stderr``). Killed whole at the limit."""
    with (logs / "stdout").open("wb") as stdout, (logs / "stderr").open("wb") as stderr:
        started = time.monotonic()
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        watch = _Watch(process, limit)
        try:
            code = process.wait()
        finally:
            watch.end()
        seconds = time.monotonic() - started
    return Ended(code=code, seconds=seconds, peak_kib=watch.peak_kib)


class _Watch(threading.Thread):
    """Looks at a running process now and then, and ends it with all its children when its time is up."""

    def __init__(self, process: subprocess.Popen[bytes], limit: float) -> None:
        super().__init__(daemon=True)
        self.peak_kib: int | None = None
        self._process = process
        self._deadline = time.monotonic() + limit
        self._is_over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._is_over.wait(_PAUSE):
            self._look()
            if time.monotonic() > self._deadline:
                _kill(self._process)

    def end(self) -> None:
        """Stop watching; what still runs of the process (we were interrupted) is ended."""
        self._is_over.set()
        self.join()
        if self._process.returncode is None:
            _kill(self._process)
            self._process.wait()

    def _look(self) -> None:
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return
        found = _PEAK.search(status)
        if found is not None:
            self.peak_kib = max(self.peak_kib or 0, int(found[1]))


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
