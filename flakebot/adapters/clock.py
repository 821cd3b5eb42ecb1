"""The real time, in UTC, and a pause that an interrupt ends. Judges nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flakebot import interrupts


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the present, in UTC."""
        return datetime.now(UTC)

    def sleep(self, pause: timedelta) -> None:
        """Wait that long, or until an interrupt."""
        interrupts.pause(pause.total_seconds())
