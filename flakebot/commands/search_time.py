"""How long all searches of one run may take together. Shared by searches side by side; reads no clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock


class SearchTime:
    """The time begins with the first search of a run, and ends for all of them at once."""

    def __init__(self, limit: timedelta) -> None:
        self.limit = limit
        self._end: datetime | None = None
        self._beginning = Lock()

    def end(self, now: datetime) -> datetime:
        """Return when it is over; ``now`` is when it begins, where it has not begun yet."""
        with self._beginning:
            if self._end is None:
                self._end = now + self.limit
            return self._end
