"""Feed and read a running program until it ended. Never blocks for longer than it was told to."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from contextlib import suppress
from io import FileIO
from typing import Self, cast

from flakebot.adapters.process.streams import Inflow, Outflow
from flakebot.interrupts import BREATH, look

_FAREWELL = 1.0
"""Seconds for which the children that a program left behind may go on printing."""


class Conversation:
    """The pipes to a running program; as a context manager it closes them."""

    def __init__(
        self, child: subprocess.Popen[bytes], *, stdin: bytes | None, stdout: Outflow, stderr: Outflow
    ) -> None:
        self._child = child
        self._selector = selectors.DefaultSelector()
        self._register(child.stdout, selectors.EVENT_READ, stdout)
        if child.stderr is not None:
            self._register(child.stderr, selectors.EVENT_READ, stderr)
        if stdin is not None:
            self._register(child.stdin, selectors.EVENT_WRITE, Inflow(stdin))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in tuple(self._selector.get_map().values()):
            self._leave(cast("FileIO", key.fileobj))
        self._selector.close()

    def follow(self, *, until: float) -> bool:
        """Go on until the program ended and everything is read, or until that moment of the monotonic clock.

        One that has ended before is read to its end all the same. Returns whether the program ended.
        """
        if self._child.poll() is not None:
            until = max(until, time.monotonic() + _FAREWELL)
        has_ended = False
        while self._selector.get_map() and (rest := until - time.monotonic()) > 0:
            look()
            self._step(min(rest, BREATH))
            if not has_ended and self._child.poll() is not None:
                has_ended = True
                until = min(until, time.monotonic() + _FAREWELL)
        while self._child.poll() is None and (rest := until - time.monotonic()) > 0:
            look()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(min(rest, BREATH))
        look()  # or what died of the same signal would look like what failed
        return self._child.returncode is not None

    def _step(self, patience: float) -> None:
        for key, _ in self._selector.select(patience):
            pipe = cast("FileIO", key.fileobj)
            if not key.data.step(pipe):
                self._leave(pipe)

    def _register(self, pipe: object, event: int, flow: Inflow | Outflow) -> None:
        file = cast("FileIO", pipe)
        os.set_blocking(file.fileno(), False)
        self._selector.register(file, event, flow)

    def _leave(self, pipe: FileIO) -> None:
        self._selector.unregister(pipe)
        pipe.close()
