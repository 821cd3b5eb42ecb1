"""Spans of time in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flakebot.text.moves import span


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59.9), "59 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=3, hours=2), "3 days"),
        (timedelta(days=-1), "-1 day"),
        (timedelta(minutes=-90), "-1 hour"),
    ],
)
def test_says_the_largest_whole_unit(time: timedelta, words: str) -> None:
    assert span(time) == words
