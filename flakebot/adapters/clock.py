"""The real time, in UTC. The only place that reads the clock or sleeps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the present, in UTC."""
        return datetime.now(UTC)

    def sleep(self, pause: timedelta) -> None:
        """Wait that long."""
        time.sleep(max(0.0, pause.total_seconds()))
