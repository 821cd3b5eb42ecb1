"""What is to happen later. Nothing runs by itself: whoever looks at the world first does what is due."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True, kw_only=True)
class Agenda:
    """Actions with the moment, on the monotonic clock, from which they are due."""

    _entries: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def add(self, delay: float, action: Callable[[], None]) -> None:
        """Put an action on the agenda, this many seconds from now."""
        heapq.heappush(self._entries, (time.monotonic() + delay, next(self._order), action))

    def run_due(self) -> None:
        """Run what is due, earliest first, including what these actions add for right now."""
        while self._entries and self._entries[0][0] <= time.monotonic():
            _, _, action = heapq.heappop(self._entries)
            action()
