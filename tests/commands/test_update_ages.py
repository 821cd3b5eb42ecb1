"""An update takes what is old enough: the newest revision, one before it, or none, and says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flakebot.model import Stayed
from flakebot.model.tips import Tip
from flakebot.settings.groups import Group
from tests.commands.fakes import FakeClock
from tests.commands.updating import NEW, Workplace, breaking

WEEK = timedelta(days=7)
NOW = FakeClock().now()
YOUNG = Tip(rev=NEW * 40, when=NOW - timedelta(days=1))
MID = Tip(rev="3" * 40, when=NOW - timedelta(days=9), is_ahead=True)
WHY = "its newest revision that is 7 days old is the locked one"


def test_what_is_too_young_stays_and_the_others_go(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": ("a", "b", "c")}, past=(YOUNG,))
    ended = world.update(min_age=(("a", WEEK),))
    assert ended.moved("") == {"b", "c"}
    assert [candidate.stayed for candidate in ended.update.candidates] == [(Stayed(input="a", why=WHY),)]
    assert f"a stays: {WHY}" in ended.said


def test_when_all_stay_there_is_nothing_to_do_and_the_end_says_why(tmp_path: Path) -> None:
    ended = Workplace(scratch=tmp_path, flakes={".": ("a", "b")}, past=(YOUNG,)).update(min_age=(("**", WEEK),))
    assert (ended.names, ended.report.outcome) == ((), "unchanged")
    assert "but for what is younger than `min-age`: a, b; there is nothing to do" in ended.report.headline


def test_the_newest_that_is_old_enough_is_taken_and_noted_with_its_day(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": ("a", "b")}, past=(YOUNG, MID))
    ended = world.update(min_age=(("a", WEEK),))
    (candidate,) = ended.update.candidates
    chosen = {choice.input: (choice.revision, choice.seen_at) for choice in candidate.locks[0].choices}
    assert chosen == {"a": (MID.rev, MID.when), "b": (YOUNG.rev, NOW)}
    assert candidate.stayed == ()
    assert "a moves to 3333333, its newest revision that is old enough" in ended.said


def test_what_stays_is_told_where_it_would_have_moved(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": ("a", "b", "c", "d")}, past=(YOUNG,))
    groups = (Group(name="first", inputs=("a", "b"), min_age=WEEK), Group(name="second", inputs=("c",)))
    ended = world.update(group=groups, min_age=(("b", timedelta(0)), ("d", WEEK)))
    stayed = {candidate.name: [one.input for one in candidate.stayed] for candidate in ended.update.candidates}
    assert stayed == {"second": []}
    ended = world.update(group=(Group(name="first", inputs=("a", "b")),), min_age=(("a", WEEK),))
    stayed = {candidate.name: [one.input for one in candidate.stayed] for candidate in ended.update.candidates}
    assert stayed == {"first": ["a"], "": []}


def test_with_a_culprit_both_reasons_to_stay_are_told(tmp_path: Path) -> None:
    world = Workplace(scratch=tmp_path, flakes={".": ("a", "b", "c")}, rules={".": breaking("b")}, past=(YOUNG,))
    ended = world.update(min_age=(("a", WEEK),))
    assert ended.moved("") == {"c"}
    assert [stayed.input for stayed in ended.update.candidates[0].stayed] == ["a", "b"]
