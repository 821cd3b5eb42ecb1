"""Stretches of time, and how long at least one of several lasted. Pure; measures nothing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Span(Struct, frozen=True, kw_only=True):
    """From one moment to another, both in seconds since the epoch."""

    started: float
    ended: float


def covered(spans: Iterable[Span]) -> float:
    """Return the seconds that lie in any of the spans: what ran side by side took its time once."""
    seconds, reached = 0.0, float("-inf")
    for span in sorted(spans, key=lambda span: span.started):
        seconds += max(0.0, span.ended - max(span.started, reached))
        reached = max(reached, span.ended)
    return seconds
