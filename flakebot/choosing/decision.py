"""Decide between the newest revision, one that is old enough, and the one that is locked. Pure; never goes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from flakebot.choosing.aging import Aging, modified
from flakebot.choosing.outcome import Keep, Outcome, Stay, Take
from flakebot.model.provenance import Unknown
from flakebot.model.tips import Tip, TipsAnswer

NO_REFS = Unknown(reason="its host keeps no older ones")


def decide(aging: Aging, answer: TipsAnswer, *, now: datetime) -> Outcome:
    """Return what becomes of an input, given where its ref stood.

    A ref that came back to a revision has it since then. Where nobody knows where the ref stood, the time that the
    lock notes for the content has to do.
    """
    until = now - aging.least
    if isinstance(answer, Unknown):
        return _by_content(aging, answer, until)
    old_enough = tuple(tip for tip in _latest(answer) if tip.when <= until)
    if any(tip.rev == aging.new.locked.get("rev") for tip in old_enough):
        return Keep()
    ahead = next((tip for tip in old_enough if tip.is_ahead), None)
    if ahead is not None:
        return Take(tip=ahead)
    return _stay(aging, f"its newest revision that is {spoken(aging.least)} old is the locked one")


def spoken(span: timedelta) -> str:
    """Say an age in the largest unit that has no rest."""
    seconds = int(span.total_seconds())
    units = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, length = next((unit, length) for unit, length in units if seconds % length == 0)
    count = seconds // length
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _latest(tips: tuple[Tip, ...]) -> tuple[Tip, ...]:
    """Keep of each revision the last time that it became the tip."""
    kept: dict[str, Tip] = {}
    for tip in tips:
        kept.setdefault(tip.rev, tip)
    return tuple(kept.values())


def _by_content(aging: Aging, unknown: Unknown, until: datetime) -> Outcome:
    when = modified(aging.new)
    if when is not None and when <= until:
        return Keep()
    reason = unknown.reason
    return _stay(aging, f"its newest revision is not {spoken(aging.least)} old, or of no known age, and {reason}")


def _stay(aging: Aging, why: str) -> Outcome:
    """Stay, where there is something to stay at; else whoever judges the update waits for it."""
    return Keep() if aging.old is None else Stay(why=why)
