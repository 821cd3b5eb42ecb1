"""Where GitHub says that a branch stood, and which of that may be taken. Pushes count, and not what commits say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flakebot.adapters.provenance.github_refs import GithubRefs
from flakebot.adapters.provenance.github_tips import MOST_COMPARED, GithubTips
from flakebot.model import Branch, RepositoryName, Sha
from flakebot.model.provenance import Source, Unknown
from flakebot.model.tips import PastTips, Tip, TipsAnswer
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import MAIN, NAME, World

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
PLACE = Source.of({"type": "github", "owner": NAME.owner, "repo": NAME.name})
STABLE = Branch("stable")
FIRST = Sha("5cdef0fa9f387c81a46e2ef84b5ed5f2f8dbaf24")
SECOND = Sha("c9806ce150d1fc17ca92e657ba1dccccecfd9d3c")
"""Commits that the stand-in derives from fixed content and fixed dates."""


def day(number: float) -> datetime:
    return NEW_YEAR + timedelta(days=number)


def release(world: World, number: int, *, branch: Branch = MAIN) -> Sha:
    """Push a release that many days after the first commit."""
    files = {"release": f"{branch} {number}\n"}
    return world.repository.commit(files, f"Release {number}", branch=branch, when=day(number))


def past(stage: Stage, *, until: datetime, present: str, locked: str | None, ref: str | None = MAIN) -> TipsAnswer:
    asked = PastTips(place=PLACE, ref=ref, present=present, until=until, locked=locked)
    return GithubTips(GithubRefs(lambda: stage.connect("approver"))).past(asked, NAME)


def test_the_record_of_pushes_tells_what_was_the_tip(stage: Stage) -> None:
    stage.prepare(lambda world: release(world, 5))
    stage.prepare(lambda world: release(world, 9))
    found = past(stage, until=day(6), present="", locked=FIRST, ref=None)
    assert isinstance(found, tuple)
    assert [(tip.when, tip.is_ahead) for tip in found] == [(day(9), False), (day(5), True)]


def test_without_a_record_that_reaches_back_a_commit_of_that_time_has_to_do(stage: Stage) -> None:
    stage.prepare(lambda world: release(world, 5))
    stage.prepare(lambda world: world.repository.state.activity.clear())
    assert past(stage, until=day(6), present="", locked=FIRST) == (Tip(rev=SECOND, when=day(5), is_ahead=True),)


def test_nothing_before_what_is_locked_is_taken(live_stage: Stage, world: World) -> None:
    locked, newest = release(world, 5), release(world, 9)
    found = past(live_stage, until=day(6), present=newest, locked=locked)
    assert found == (Tip(rev=newest, when=day(9)), Tip(rev=locked, when=day(5)))


def test_a_tip_that_is_old_enough_is_compared_with_nothing(live_stage: Stage, world: World) -> None:
    newest = release(world, 5)
    assert past(live_stage, until=day(6), present=newest, locked=None) == (Tip(rev=newest, when=day(5)),)


def test_what_was_pushed_away_by_force_is_not_taken(live_stage: Stage, world: World) -> None:
    locked = release(world, 1)
    kept, bad = release(world, 3), release(world, 5)
    world.repository.set_branch(MAIN, kept, when=day(6))
    newest = release(world, 9)
    found = past(live_stage, until=day(5.5), present=newest, locked=locked)
    assert found == (
        Tip(rev=newest, when=day(9)),
        Tip(rev=kept, when=day(6)),
        Tip(rev=bad, when=day(5)),
        Tip(rev=kept, when=day(3), is_ahead=True),
    )


def test_what_does_not_lead_to_what_is_locked_is_not_taken(live_stage: Stage, world: World) -> None:
    start, locked = world.repository.head(), release(world, 1)
    world.repository.set_branch(MAIN, start, when=day(2))
    other, newest = release(world, 5), release(world, 9)
    found = past(live_stage, until=day(6), present=newest, locked=locked)
    assert isinstance(found, tuple)
    assert Tip(rev=other, when=day(5)) in found
    assert not any(tip.is_ahead for tip in found)


def test_a_ref_that_was_forced_all_the_time_is_given_up(live_stage: Stage, world: World) -> None:
    start = world.repository.head()
    for number in range(1, MOST_COMPARED + 5):
        release(world, number)
        world.repository.set_branch(MAIN, start, when=day(number + 0.5))
    newest = release(world, 30)
    found = past(live_stage, until=day(20), present=newest, locked=newest)
    assert isinstance(found, tuple)
    assert not any(tip.is_ahead for tip in found)
    assert len(found) <= 1 + MOST_COMPARED + 1


def test_other_branches_do_not_count(live_stage: Stage, world: World) -> None:
    first, newest = world.repository.head(), release(world, 9)
    release(world, 5, branch=STABLE)
    for ref in (None, MAIN, "refs/heads/main"):
        found = past(live_stage, until=day(6), present=newest, locked=None, ref=ref)
        assert found == (Tip(rev=newest, when=day(9)), Tip(rev=first, when=day(0), is_ahead=True))


@pytest.mark.parametrize("ref", [None, "nowhere"])
def test_what_github_does_not_show_is_not_known(live_stage: Stage, ref: str | None) -> None:
    tips = GithubTips(GithubRefs(lambda: live_stage.connect("approver")))
    asked = PastTips(place=PLACE, ref=ref, present="", until=day(6))
    assert isinstance(tips.past(asked, RepositoryName(owner="homelab", name="secrets")), Unknown)
    if ref is not None:
        assert isinstance(tips.past(asked, NAME), Unknown)
