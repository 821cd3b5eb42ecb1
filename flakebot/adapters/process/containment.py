"""Leave no process behind that foreign code started. For a process that runs nothing else; Linux only, else nothing.

A build without a sandbox can start a process that leaves its group and outlives its parents, and wait for a
later step of the same job, which holds secrets. Linux hands such orphans to the nearest ancestor that asks for them
(``PR_SET_CHILD_SUBREAPER``, prctl(2)), so that they can be found and ended.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from flakebot.errors import RefusedError
from flakebot.interrupts import undisturbed

_SET_CHILD_SUBREAPER = 36
_PATIENCE = 5.0
"""Seconds for which processes that go on starting others are hunted."""
_PAUSE = 0.01

_ONLY_ONE = Lock()


@contextmanager
def contained() -> Iterator[None]:
    """Adopt every orphan meanwhile, and at the end kill whatever was started and still runs.

    That is whatever any thread started, so there is one such block at a time: a second one would end what the first
    still needs, and give its orphans away. Raises `RuntimeError` instead.
    """
    if not _ONLY_ONE.acquire(blocking=False):
        raise RuntimeError("processes are contained already, expected nobody to contain them a second time")
    try:
        yield from _contained()
    finally:
        _ONLY_ONE.release()


def _contained() -> Iterator[None]:
    if not sys.platform.startswith("linux"):
        yield
        return
    before = _descendants(os.getpid())
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        with undisturbed():
            _kill_all_but(before)
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _kill_all_but(spared: set[int]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while found := _descendants(os.getpid()) - spared:
        if time.monotonic() > deadline:
            raise RefusedError(
                f"the flake left {len(found)} processes running that could not be ended",
                advice="No later step may run beside them, because it holds secrets. Build in Nix's sandbox.",
            )
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            with suppress(ChildProcessError):  # a grandchild is ours to reap only once its parent is gone
                os.waitpid(pid, os.WNOHANG)
        time.sleep(_PAUSE)  # noqa: TID251  # nothing interrupts this


def _descendants(ancestor: int) -> set[int]:
    """Return the processes below one, as ``/proc`` knows them now."""
    parents = dict(_parents())
    found, generation = set[int](), {ancestor}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found |= generation
    return found


def _parents() -> Iterator[tuple[int, int]]:
    """Yield each process with its parent: the second field behind the last bracket of ``/proc/PID/stat``."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), int((entry / "stat").read_bytes().rpartition(b")")[2].split()[1])
