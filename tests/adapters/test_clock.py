"""The real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flakebot.adapters.clock import SystemClock


def test_now_is_now_and_in_utc() -> None:
    before, now, after = datetime.now(UTC), SystemClock().now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.utcoffset() == timedelta(0)


@pytest.mark.parametrize(("pause", "least"), [(0.05, 0.05), (-1, 0)])
def test_sleeps_as_long_as_it_is_told_and_never_backwards(pause: float, least: float) -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(timedelta(seconds=pause))
    assert timedelta(seconds=least) <= clock.now() - before < timedelta(seconds=5)
