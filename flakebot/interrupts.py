"""Interrupts, heeded where flakebot waits. Knows nobody.

Python lets a signal raise an exception between any two instructions: what was just made would never be taken away, a
lock of the import machinery would stay taken, and in a callback of the garbage collector the exception would be lost.
So a signal is only noted, and whoever waits looks at the note now and then. What does not look is interrupted anywhere
after a while, for a library may wait as well.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

BREATH = 0.2
"""Seconds for which one waits without a look at the note."""

PATIENCE = 2.0
"""Seconds after which a signal interrupts what did not look at the note."""

TIDYING = 10.0
"""Seconds after an interrupt in which no other one is noted: a workflow's runner sends one after 7.5."""

_HEARD = (signal.SIGINT, signal.SIGTERM)
_T = TypeVar("_T")


class _Notes:
    """When a signal came that nobody heeded yet, and when the last one was heeded, by the monotonic clock."""

    def __init__(self) -> None:
        self.came: float | None = None
        self.heeded: float | None = None
        self.is_undisturbed = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take a signal down, unless an interrupt is under way; Python calls this between two instructions."""
        now = time.monotonic()
        if self.came is None and (self.heeded is None or now - self.heeded >= TIDYING):
            self.came = now
            signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)

    def remind(self, number: int, frame: FrameType | None) -> None:
        """Interrupt what did not look."""
        self.heed()

    def heed(self) -> None:
        """Raise once for what came."""
        if self.came is not None and not self.is_undisturbed:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.came, self.heeded = None, time.monotonic()
            raise KeyboardInterrupt


_NOTES = _Notes()


@contextmanager
def listening() -> Iterator[None]:
    """Note SIGINT, to which a shell's background is deaf, and SIGTERM. Afterwards each ends the process at once."""
    _NOTES.came = _NOTES.heeded = None
    signal.signal(signal.SIGALRM, _NOTES.remind)
    for number in _HEARD:
        signal.signal(number, _NOTES.note)
    try:
        yield
    finally:
        for number in _HEARD:
            signal.signal(number, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _NOTES.came = None


def heed() -> None:
    """Raise `KeyboardInterrupt` if a signal was noted, once and in the main thread; in any other do nothing."""
    if _is_main():
        _NOTES.heed()


def look() -> None:
    """Heed, and raise in every other thread too once the main one was interrupted: nobody waits for it any more."""
    heed()
    if _NOTES.heeded is not None and not _is_main():
        raise KeyboardInterrupt


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Heed nothing meanwhile: what is taken away here must be gone when it ends, a signal that came before or not."""
    before, _NOTES.is_undisturbed = _NOTES.is_undisturbed, True
    try:
        yield
    finally:
        _NOTES.is_undisturbed = before


def pause(seconds: float) -> None:
    """Do nothing for so long, unless something is to be heeded."""
    until = time.monotonic() + seconds
    while (rest := until - time.monotonic()) > 0:
        time.sleep(min(rest, BREATH))
        look()


def awaited(futures: Collection[Future[_T]], *, limit: float = math.inf) -> tuple[_T, ...]:
    """Return what comes of all of them, unless something is to be heeded.

    Raises what one of them raised, though others still run, and `TimeoutError` after ``limit`` seconds.
    """
    from concurrent.futures import FIRST_EXCEPTION, wait  # noqa: PLC0415  # whoever has a future has loaded it

    until = time.monotonic() + limit
    others = set(futures)
    while others:
        ended, others = wait(others, timeout=min(until - time.monotonic(), BREATH), return_when=FIRST_EXCEPTION)
        look()
        for future in ended:
            future.result()
        if others and time.monotonic() >= until:
            raise TimeoutError
    return tuple(future.result() for future in futures)


def aside(call: Callable[[], _T]) -> Future[_T]:
    """Call in a thread that ends with the program, and return what will come of it."""
    from concurrent.futures import Future  # noqa: PLC0415  # as in `awaited`

    future: Future[_T] = Future()
    threading.Thread(target=_settle, args=(future, call), daemon=True).start()
    return future


def _settle(future: Future[_T], call: Callable[[], _T]) -> None:
    try:
        answer = call()
    except BaseException as error:  # raised again where it is waited for
        future.set_exception(error)
    else:
        future.set_result(answer)
