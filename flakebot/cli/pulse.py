"""A sign of life each minute that a step lasts, where nobody sees a line move. Says nothing of what the step does."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

_MINUTE = 60.0


class Pulse:
    """Says every so many seconds which step it still is; ``say`` is called from a thread of its own."""

    def __init__(self, say: Callable[[str], None], *, every: float = _MINUTE) -> None:
        self._say = say
        self._every = every
        self._over = Event()

    def step(self, line: str) -> None:
        """Begin anew with another step."""
        self.end()
        self._over = Event()
        Thread(target=self._beat, args=(line, self._over), daemon=True).start()

    def end(self) -> None:
        """Say nothing more."""
        self._over.set()

    def _beat(self, line: str, over: Event) -> None:
        beats = 0
        while not over.wait(self._every):
            beats += 1
            self._say(f"{line}: {beats * self._every / _MINUTE:.0f} min so far")
