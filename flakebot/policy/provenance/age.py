"""How long ago a revision became the tip, and whether that is long enough. No I/O, no clock: the facts say when.

What the host recorded counts; where it keeps no record, the time of the commit, which whoever made the commit chose.
A record that says nothing of a revision is not made up for by that: pushing often enough would make it silent. A time
that has not come yet is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import assert_never

from flakebot.lock.change import Origin
from flakebot.lock.wording import shown
from flakebot.model.provenance import BecameTip, Facts, Fetched, Question, TipSince, Unknown, Unrecorded
from flakebot.policy.cases import LockCase
from flakebot.policy.globs import matches
from flakebot.policy.provenance.sources import FORGES, content_of, ref_of
from flakebot.policy.provenance.trace import Traced
from flakebot.policy.rule import Objection, Rule, hold, wait

_SLACK = timedelta(minutes=5)
"""By how much the clocks of two machines may differ."""


def _young(case: LockCase) -> Iterator[Objection]:
    if case.facts is None:
        return
    for found, least in _with_age(case):
        name, since = found.input, _tip_since(found, case.facts)
        if isinstance(since, Unknown):
            said = f"nobody can say since when {shown(name)} has been at its revision: {since.reason}"
            yield hold(said, "Look at its history and merge by hand, or take it out of min-age.", about=name)
        elif (age := case.facts.asked_at - since) < least:
            said = f"{shown(name)} moves to a revision of {_spoken(age)} ago, expected {_spoken(least)} at least"
            yield wait(said, "It is judged again with the next run.", about=name)


def questions_of_age(case: LockCase) -> tuple[Question, ...]:
    """Return what has to be asked for the ages that are configured."""
    asked = (_question(found) for found, _ in _with_age(case))
    return tuple(one for one in asked if one is not None and case.facts is not None and not case.facts.knows(one))


def _with_age(case: LockCase) -> Iterator[tuple[Traced, timedelta]]:
    """Yield what this repository declares and an update moves, with the least age that is configured for it."""
    for found in case.trace.found:
        least = _least(case, found)
        is_moving = found.node is not None and not found.node.is_relative and "rev" not in found.node.original
        if found.change.origin is Origin.HERE and is_moving and least > timedelta(0):
            yield found, least


def _least(case: LockCase, found: Traced) -> timedelta:
    ages = [least for glob, least in case.expectation.min_age if matches(found.change.path, (glob,))]
    return ages[-1] if ages else timedelta(0)


def _question(found: Traced) -> BecameTip | None:
    if found.node is None or found.node.locked.get("type") not in FORGES:
        return None
    asked = ref_of(found.node)
    return BecameTip(place=asked.place, ref=asked.ref, rev=asked.rev)


def _tip_since(found: Traced, facts: Facts) -> datetime | Unknown:
    question = _question(found)
    answer = Unrecorded() if question is None else facts.became_tip(question)
    match answer:
        case TipSince(when=when):
            return _past(when, facts)
        case Unrecorded():
            return _by_content(found, facts)
        case Unknown() as unknown:
            return unknown
        case _:
            assert_never(answer)


def _by_content(found: Traced, facts: Facts) -> datetime | Unknown:
    content = Unknown(reason="") if found.node is None else facts.content(content_of(found.node))
    match content:
        case Fetched(last_modified=int() as seconds):
            return _past(datetime.fromtimestamp(seconds, UTC), facts)
        case Fetched():
            return Unknown(reason="neither its host nor its content says a time")
        case Unknown() as unknown:
            return unknown
        case _:
            assert_never(content)


def _past(when: datetime, facts: Facts) -> datetime | Unknown:
    if when > facts.asked_at + _SLACK:
        return Unknown(reason=f"its time, {when:%Y-%m-%d %H:%M} UTC, has not come yet")
    return when


def _spoken(span: timedelta) -> str:
    hours = max(0, int(span.total_seconds())) // 3600
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours else "less than an hour"


AGE = (
    Rule(
        name="min-age",
        purpose="A revision is taken only when it has been the tip for as long as min-age says.",
        objections=_young,
    ),
)
