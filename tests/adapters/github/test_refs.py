"""What GitHub's API says of a ref's history: what is on it, what only looks as if it were, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from flakebot.adapters.provenance.github_refs import GithubRefs
from flakebot.model import Branch, RepositoryName, Sha
from flakebot.model.provenance import IsOnRef, TipSince, Unknown
from flakebot.rehearsal.github.git.commits import Stamp
from flakebot.rehearsal.github.git.seeding import Draft, write_draft
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import MAIN, NAME, UPDATE, World

NOBODYS = Sha("f" * 40)
ELSEWHERE = RepositoryName(owner="homelab", name="secrets")
SIDE = Branch("side")
A_WEEK = timedelta(days=7)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ORPHAN = Sha("31ffed74a440cf7f9d633f8591d7ffbf7f8a1d28")
"""A commit without a parent, which the stand-in derives from fixed content and a fixed date."""


def refs(stage: Stage) -> GithubRefs:
    return GithubRefs(lambda: stage.connect("approver"))


def test_the_tip_and_what_led_to_it_are_on_the_default_branch(stage: Stage) -> None:
    opened = stage.open()
    assert refs(stage).leads_to(NAME, None, opened.base_sha) == IsOnRef(holds=True)
    assert refs(stage).leads_to(NAME, UPDATE, opened.base_sha) == IsOnRef(holds=True)
    assert refs(stage).leads_to(NAME, UPDATE, opened.head_sha) == IsOnRef(holds=True)


def test_what_only_another_branch_or_a_fork_has_is_not(stage: Stage) -> None:
    opened = stage.open()
    assert refs(stage).leads_to(NAME, None, opened.head_sha) == IsOnRef(holds=False)


def test_what_shares_no_history_is_not(stage: Stage) -> None:
    def orphan(world: World) -> None:
        stamp = Stamp(name="Mallory", email="mallory@example.org", when=NEW_YEAR)
        draft = Draft(files={"flake.nix": "{ }\n"}, message="Start", author=stamp, parent=None)
        assert write_draft(world.repository.state.store, draft) == ORPHAN

    stage.prepare(orphan)
    assert refs(stage).leads_to(NAME, MAIN, ORPHAN) == IsOnRef(holds=False)


def test_what_github_does_not_show_is_not_known(stage: Stage) -> None:
    unknown = refs(stage).leads_to(NAME, None, NOBODYS)
    assert isinstance(unknown, Unknown)
    assert "no such repository, ref or revision of homelab/config" in unknown.reason
    assert isinstance(refs(stage).leads_to(ELSEWHERE, Branch("main"), NOBODYS), Unknown)


def test_a_push_is_remembered_with_its_time(stage: Stage) -> None:
    opened = stage.open()
    assert refs(stage).became_tip(NAME, MAIN, opened.base_sha) == TipSince(when=NEW_YEAR)
    assert refs(stage).became_tip(NAME, None, opened.base_sha) == TipSince(when=NEW_YEAR)


def test_what_was_never_a_tip_has_no_time(stage: Stage) -> None:
    unknown = refs(stage).became_tip(NAME, MAIN, NOBODYS)
    assert unknown == Unknown(reason="GitHub's latest record of pushes lacks it")
    assert isinstance(refs(stage).became_tip(ELSEWHERE, MAIN, NOBODYS), Unknown)


def test_what_came_with_others_counts_since_then_whatever_its_commit_says(live_stage: Stage, world: World) -> None:
    start = world.repository.head()
    backdated = world.repository.commit({"evil": "1"}, "Start", branch=SIDE, when=NEW_YEAR - A_WEEK)
    merged = world.repository.commit({"evil": "2"}, "Go on", branch=SIDE, when=NEW_YEAR - A_WEEK)
    world.repository.set_branch(MAIN, merged, when=NEW_YEAR + A_WEEK)
    for number in range(9, 12):
        world.repository.commit({"release": f"{number}"}, f"Release {number}", when=NEW_YEAR + number * A_WEEK)
    for ref in (MAIN, None):
        assert refs(live_stage).became_tip(NAME, ref, backdated) == TipSince(when=NEW_YEAR + A_WEEK)
        assert refs(live_stage).became_tip(NAME, ref, start) == TipSince(when=NEW_YEAR)


def test_what_was_pushed_away_counts_since_it_came_back(live_stage: Stage, world: World) -> None:
    start = world.repository.head()
    backdated = world.repository.commit({"evil": "1"}, "Start", branch=SIDE, when=NEW_YEAR)
    early = world.repository.commit({"evil": "2"}, "Go on", branch=SIDE, when=NEW_YEAR)
    late = world.repository.commit({"evil": "3"}, "Go on", branch=SIDE, when=NEW_YEAR)
    world.repository.set_branch(MAIN, early, when=NEW_YEAR + A_WEEK)
    world.repository.set_branch(MAIN, start, when=NEW_YEAR + 2 * A_WEEK)
    world.repository.set_branch(MAIN, late, when=NEW_YEAR + 3 * A_WEEK)
    assert refs(live_stage).became_tip(NAME, MAIN, backdated) == TipSince(when=NEW_YEAR + 3 * A_WEEK)


def test_pushes_to_other_branches_make_no_record_silent(live_stage: Stage, world: World) -> None:
    newest = world.repository.commit({"evil": "1"}, "Start", when=NEW_YEAR + A_WEEK)
    world.repository.state.activity.extend(
        replace(world.repository.state.activity[-1], ref=f"refs/heads/{number}", after=NOBODYS) for number in range(100)
    )
    assert refs(live_stage).became_tip(NAME, None, newest) == TipSince(when=NEW_YEAR + A_WEEK)


def test_a_token_that_github_refuses_is_an_answer_too(stage: Stage) -> None:
    def revoke(world: World) -> None:
        world.github.hub.world.tokens.pop(world.tokens["approver"].reveal())

    stage.prepare(revoke)
    unknown = refs(stage).leads_to(NAME, None, NOBODYS)
    assert unknown == Unknown(
        reason="could not compare fffffff with HEAD of homelab/config: GitHub does not accept the approver's token"
    )
