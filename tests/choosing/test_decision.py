"""Which revision an input moves to: the newest that is old enough, and never one before what is locked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.choosing.aging import Aging
from flakebot.choosing.decision import NO_REFS, decide, spoken
from flakebot.choosing.outcome import Keep, Outcome, Stay, Take
from flakebot.lock.node import Attribute, Node
from flakebot.model.provenance import Unknown
from flakebot.model.tips import Tip, TipsAnswer

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
LOCKED_IS_NEWEST = Stay(why="its newest revision that is 7 days old is the locked one")
SILENT = Unknown(reason="example.org did not answer")


def node(rev: str, *, days_old: float | None) -> Node:
    locked: dict[str, Attribute] = {"type": "github", "owner": "acme", "repo": "lib", "rev": rev}
    if days_old is not None:
        locked["lastModified"] = int((NOW - timedelta(days=days_old)).timestamp())
    return Node(name="lib", inputs={}, locked=locked, original={}, is_flake=True, parent=None)


def aging(*, days_old: float | None = 1, is_locked: bool = True) -> Aging:
    old = node("old", days_old=30) if is_locked else None
    return Aging(name="lib", old=old, new=node("new", days_old=days_old), least=WEEK)


def tip(rev: str, days_old: float, *, is_ahead: bool = False) -> Tip:
    return Tip(rev=rev, when=NOW - timedelta(days=days_old), is_ahead=is_ahead)


MID = tip("mid", 8, is_ahead=True)


@pytest.mark.parametrize(
    ("said", "tips", "outcome"),
    [
        ("the newest one goes when it is old enough", (tip("new", 8), tip("mid", 9)), Keep()),
        ("exactly old enough is old enough", (tip("new", 7),), Keep()),
        ("a second is too young", (tip("new", 6.9999), MID), Take(tip=MID)),
        ("the newest that is old enough is taken", (tip("new", 1), tip("b", 2), MID, tip("c", 20)), Take(tip=MID)),
        ("what was pushed away is passed over", (tip("new", 1), tip("bad", 8), tip("mid", 9, is_ahead=True)), None),
        ("what is locked is not moved to", (tip("new", 1), tip("old", 30)), LOCKED_IS_NEWEST),
        ("what is not ahead is not moved to", (tip("new", 1), tip("mid", 8)), LOCKED_IS_NEWEST),
        ("a ref without any past stays", (), LOCKED_IS_NEWEST),
        ("a future push is young", (tip("new", -3), MID), Take(tip=MID)),
        (
            "what became the tip again is as young as that",
            (tip("new", 1), tip("b", 2), tip("new", 9)),
            LOCKED_IS_NEWEST,
        ),
        (
            "what was taken back and given again is as young as that",
            (tip("new", 1), tip("mid", 2), tip("b", 3), MID),
            LOCKED_IS_NEWEST,
        ),
    ],
)
def test_what_the_past_of_a_ref_says(said: str, tips: tuple[Tip, ...], outcome: Outcome | None) -> None:
    expected = Take(tip=tips[-1]) if outcome is None else outcome
    assert decide(aging(), tips, now=NOW) == expected, said


@pytest.mark.parametrize(
    ("days_old", "answer", "why"),
    [
        (8, SILENT, None),
        (7, NO_REFS, None),
        (6, SILENT, "its newest revision is not 7 days old, or of no known age, and example.org did not answer"),
        (6, NO_REFS, "its newest revision is not 7 days old, or of no known age, and its host keeps no older ones"),
        (None, NO_REFS, "its newest revision is not 7 days old, or of no known age, and its host keeps no older ones"),
    ],
)
def test_where_nobody_knows_the_content_tells_its_age(
    days_old: float | None, answer: TipsAnswer, why: str | None
) -> None:
    expected = Keep() if why is None else Stay(why=why)
    assert decide(aging(days_old=days_old), answer, now=NOW) == expected


@pytest.mark.parametrize("answer", [SILENT, (), (tip("new", 1),), (tip("new", 1), tip("mid", 8))])
def test_what_has_nothing_to_stay_at_goes_and_is_waited_for(answer: TipsAnswer) -> None:
    assert decide(aging(is_locked=False), answer, now=NOW) == Keep()


@st.composite
def pasts(draw: st.DrawFn) -> tuple[Tip, ...]:
    """Draw where a ref may have stood, the latest first."""
    ages = sorted(draw(st.lists(st.integers(0, 20), max_size=8)))
    revs = st.sampled_from(["new", "old", "a", "b", "c"])
    return tuple(tip(draw(revs), age, is_ahead=draw(st.booleans())) for age in ages)


@given(pasts())
def test_what_is_taken_was_the_tip_long_enough_ago_and_nothing_newer_would_do(tips: tuple[Tip, ...]) -> None:
    outcome = decide(aging(), tips, now=NOW)
    latest = {each.rev: each for each in reversed(tips)}
    if isinstance(outcome, Take):
        assert outcome.tip == latest[outcome.tip.rev]
        assert NOW - outcome.tip.when >= WEEK
        assert outcome.tip.is_ahead
        newer = (each for each in latest.values() if outcome.tip.when < each.when <= NOW - WEEK)
        assert not any(each.is_ahead for each in newer)
    elif isinstance(outcome, Keep):
        assert NOW - latest["new"].when >= WEEK


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (WEEK, "7 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(span: timedelta, said: str) -> None:
    assert spoken(span) == said
