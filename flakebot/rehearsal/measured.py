"""Run one process to its end and measure it: seconds, and how much memory it had at most. Judges nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from flakebot.interrupts import aside, awaited

_PAUSE = 0.02
_GRACE = 10.0
_ENDS = {signal.SIGTERM: 0.0, signal.SIGKILL: _GRACE}
"""What is sent to a process whose time is up, and how many seconds later."""

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class Ended(Struct, frozen=True, kw_only=True):
    """How a process ended.

    ``cpu_seconds`` is what it and its children worked, however busy the machine was; ``own_cpu_seconds`` and
    ``peak_kib`` are its own work and memory without its children's, None where they cannot be read.
    """

    code: int
    seconds: float
    cpu_seconds: float
    own_cpu_seconds: float | None
    peak_kib: int | None


def run_measured(
    argv: tuple[str, ...], *, cwd: Path, environment: Mapping[str, str], logs: Path, limit: float
) -> Ended:
    """Run a program without input; its output stays in ``logs`` (``stdout``, ``stderr``). Ended whole at the limit."""
    started = time.monotonic()
    with (logs / "stdout").open("wb") as stdout, (logs / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    with _watched(process, limit) as watch:
        ((ended, own),) = awaited((aside(lambda: _looked_at_its_end(process.pid)),))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(
        code=process.returncode,
        seconds=ended - started,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        own_cpu_seconds=own,
        peak_kib=watch.peak_kib,
    )


@contextmanager
def _watched(process: subprocess.Popen[bytes], limit: float) -> Iterator[_Watch]:
    """Watch a process and end it at the limit; whatever happens, it has ended when the block has."""
    watch = _Watch(process.pid)
    ends = [threading.Timer(limit + grace, _signal, (process, number)) for number, grace in _ENDS.items()]
    for end in ends:
        end.start()
    try:
        yield watch
    finally:
        for end in ends:
            end.cancel()
        watch.end()
        _end(process)


class _Watch(threading.Thread):
    """Looks now and then how much memory a running process has had at most."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_kib: int | None = None
        self._status = Path(f"/proc/{pid}/status")
        self._is_over = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._is_over.wait(_PAUSE):
            self._look()

    def end(self) -> None:
        """Stop watching."""
        self._is_over.set()
        self.join()

    def _look(self) -> None:
        try:
            found = _PEAK.search(self._status.read_text())
        except OSError:
            return
        if found is not None:
            self.peak_kib = max(self.peak_kib or 0, int(found[1]))


def _looked_at_its_end(pid: int) -> tuple[float, float | None]:
    """Wait until a process is over, but still there, and return when that was, and its own work."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return time.monotonic(), _own_cpu_seconds(pid)


def _own_cpu_seconds(pid: int) -> float | None:
    """Return the work of a process's own threads: the fields 14 and 15 of proc_pid_stat(5), after its name."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    user, system = said.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs because we were interrupted: it may tidy up, and then has to go."""
    if process.returncode is None:
        _signal(process, signal.SIGTERM)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
