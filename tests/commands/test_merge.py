"""merge: exactly the approved commit, in the configured way, and nothing twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from flakebot.commands.merge import Powers, merge
from flakebot.errors import ExitCode, FlakebotError, HeadMovedError, MisuseError, RefusedError
from flakebot.model import Branch, Login, Review, ReviewState, Sha
from flakebot.ports import NotYet, Queued
from flakebot.settings.commands import MergeSettings
from tests.commands.fakes import LATER, FakeGitHub, FakeRepository
from tests.policy import evidence as good

APPROVAL = Review(reviewer=good.APPROVER, state=ReviewState.APPROVED, sha=good.HEAD)


def settings(**changed: object) -> MergeSettings:
    given: dict[str, object] = {
        "repository": "me/flake",
        "pr": (7,),
        "sha": (good.HEAD,),
        "author": "bot",
        "approver": "checker",
    }
    return MergeSettings.model_validate(given | changed)


def github(*reviews: Review) -> FakeGitHub:
    return FakeGitHub(who=good.BOT, made=list(reviews or (APPROVAL,)))


def powers(hub: FakeGitHub, base_tip: Sha = good.BASE) -> Powers:
    repository = FakeRepository(deeds=hub.deeds, commits={good.HEAD: good.COMMIT})
    return Powers(author=hub, reader=hub, repository=repository, base_tip=base_tip)


def test_merges_the_approved_commit_and_deletes_the_branch() -> None:
    hub = github()
    report = merge(settings(), powers(hub))
    assert (report.outcome, report.facts["merged"], report.exit_code) == ("merged", True, ExitCode.DONE)
    assert hub.deeds == ["merged by merge", "deleted flakebot/update at ee"]


@pytest.mark.parametrize(
    ("changed", "deeds"),
    [
        ({"delete_branch": False}, ["merged by merge"]),
        ({"merge_method": "squash", "delete_branch": False}, ["merged by squash"]),
        ({"merge": "auto", "delete_branch": False}, ["auto-merge by merge"]),
        ({"merge": "off"}, []),
        ({"dry_run": True}, []),
    ],
)
def test_does_what_is_configured(changed: dict[str, object], deeds: list[str]) -> None:
    hub = github()
    assert merge(settings(**changed), powers(hub)).exit_code is ExitCode.DONE
    assert hub.deeds == deeds


@pytest.mark.parametrize(
    ("result", "outcome"),
    [(Queued(), "queued"), (NotYet(reason='Required status check "build" is expected.'), "waiting")],
)
def test_what_is_not_merged_yet_keeps_its_branch(result: Queued | NotYet, outcome: str) -> None:
    hub = github()
    hub.merging = result
    report = merge(settings(), powers(hub))
    assert (report.outcome, report.facts["merged"]) == (outcome, False)
    assert hub.deeds == ["merged by merge"]


def test_a_run_that_was_killed_before_its_tidying_is_tidied() -> None:
    hub = github()
    hub.pull = replace(hub.pull, is_open=False, is_merged=True)
    assert merge(settings(), powers(hub)).outcome == "merged"
    assert hub.deeds == ["deleted flakebot/update at ee"]


def test_a_closed_pull_request_keeps_its_branch() -> None:
    hub = github()
    hub.pull = replace(hub.pull, is_open=False)
    assert merge(settings(), powers(hub)).outcome == "closed"
    assert hub.deeds == []


def test_a_head_that_moved_is_not_merged() -> None:
    hub = github()
    hub.push(LATER)
    with pytest.raises(HeadMovedError, match="but eeeeeee was approved"):
        merge(settings(), powers(hub))
    assert hub.deeds == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"author": Login("mallory")}, "opened by mallory"), ({"base_branch": Branch("dev")}, "goes to dev")],
)
def test_refuses_what_it_did_not_propose(changed: dict[str, object], sentence: str) -> None:
    hub = github()
    hub.pull = replace(hub.pull, **changed)
    with pytest.raises(RefusedError, match=sentence):
        merge(settings(), powers(hub))
    assert hub.deeds == []


@pytest.mark.parametrize(
    "reviews",
    [
        (replace(APPROVAL, sha=LATER),),
        (replace(APPROVAL, reviewer=good.BOT),),
        (replace(APPROVAL, reviewer=Login("passer-by")),),
        (replace(APPROVAL, state=ReviewState.COMMENTED),),
        (APPROVAL, replace(APPROVAL, state=ReviewState.CHANGES_REQUESTED)),
        (APPROVAL, replace(APPROVAL, state=ReviewState.DISMISSED)),
    ],
    ids=["another commit", "the author's own", "another account", "a comment", "taken back", "dismissed"],
)
def test_needs_the_approvers_standing_approval_of_this_commit(reviews: tuple[Review, ...]) -> None:
    hub = github(*reviews)
    with pytest.raises(MisuseError, match="eeeeeee has no approval by checker"):
        merge(settings(), powers(hub))
    assert hub.deeds == []


def test_nobodys_approval_counts_while_nobody_knows_whose_it_has_to_be() -> None:
    hub = github(replace(APPROVAL, reviewer=Login("mallory")))
    with pytest.raises(MisuseError, match="an approval by anybody would do"):
        merge(settings(approver=None), powers(hub))
    assert hub.deeds == []


@pytest.mark.parametrize("who", ["somebody", "checker"])
def test_only_the_author_merges(who: str) -> None:
    hub = github()
    hub.who = Login(who)
    with pytest.raises(FlakebotError, match="the author's token belongs to"):
        merge(settings(), powers(hub))
    assert hub.deeds == []


def test_one_account_in_both_roles_merges_nothing() -> None:
    """Its own approval would be the approver's; the configuration names no author that could be compared."""
    hub = github(replace(APPROVAL, reviewer=good.BOT))
    with pytest.raises(MisuseError, match="would both propose and approve"):
        merge(settings(author=None, approver=good.BOT), powers(hub))
    assert hub.deeds == []


def test_waits_for_the_next_run_when_the_base_branch_moved_since_the_check() -> None:
    hub = github()
    report = merge(settings(), powers(hub, base_tip=LATER))
    assert (report.outcome, report.exit_code) == ("waiting", ExitCode.DONE)
    assert "main moved" in report.headline
    assert hub.deeds == []


@pytest.mark.parametrize(
    "reason",
    ["Waiting on code owner review from me.", "At least 1 approving review is required", "than the last pusher."],
)
def test_says_what_to_change_when_no_waiting_helps(reason: str) -> None:
    hub = github()
    hub.merging = NotYet(reason=reason)
    with pytest.raises(MisuseError, match="approved, but for GitHub that is not enough"):
        merge(settings(), powers(hub))


def test_of_several_the_first_is_merged_and_the_others_wait_for_an_update_on_the_new_base() -> None:
    hub = github()
    hub.others = {number: replace(hub.pull, number=number, url=f"url/{number}") for number in (8, 9)}
    report = merge(settings(pr=(7, 8, 9), sha=(good.HEAD, good.HEAD, good.HEAD)), powers(hub))
    assert (report.outcome, report.exit_code) == ("merged", ExitCode.DONE)
    assert {name: report.facts[name] for name in ("pull_request_numbers", "remaining", "again")} == {
        "pull_request_numbers": "7",
        "remaining": "8,9",
        "again": True,
    }
    assert hub.deeds == ["merged by merge", "deleted flakebot/update at ee"]


def test_what_github_is_to_merge_later_also_makes_the_others_wait() -> None:
    hub = github()
    hub.merging = Queued()
    hub.others = {8: replace(hub.pull, number=8)}
    report = merge(settings(pr=(7, 8), sha=(good.HEAD, good.HEAD), merge="auto"), powers(hub))
    assert (report.outcome, report.facts["remaining"]) == ("queued", "8")
    assert hub.deeds == ["auto-merge by merge"]


def test_github_is_asked_to_merge_nothing_later_while_another_of_the_run_may_go_first() -> None:
    """The first one waits and may be merged by the next run: GitHub would then merge the second one by lines."""
    hub = github()
    hub.merging = NotYet(reason='Required status check "build" is expected.')
    hub.others = {8: replace(hub.pull, number=8, url="url/8")}
    report = merge(settings(pr=(7, 8), sha=(good.HEAD, good.HEAD), merge="auto"), powers(hub))
    assert (report.outcome, report.facts["remaining"]) == ("waiting", "")
    assert hub.deeds == ["auto-merge by merge"]
    assert "url/8 is not merged: another pull request of this run may be merged first" in report.headline


@pytest.mark.parametrize(("dry_run", "deeds"), [(False, ["no auto-merge of #8"]), (True, [])])
def test_what_github_was_to_merge_later_is_taken_back_once_another_took_the_base(
    deeds: list[str], *, dry_run: bool
) -> None:
    hub = github()
    hub.others = {8: replace(hub.pull, number=8, has_auto_merge=True), 9: replace(hub.pull, number=9)}
    report = merge(settings(pr=(7, 8, 9), sha=(good.HEAD,) * 3, delete_branch=False), powers(hub))
    assert (report.outcome, report.facts["remaining"]) == ("merged", "8,9")
    assert hub.deeds == ["merged by merge", "no auto-merge of #8"]
    moved = github()
    moved.pull = replace(moved.pull, number=8, has_auto_merge=True)
    merge(settings(pr=(8,), sha=(good.HEAD,), dry_run=dry_run), powers(moved, base_tip=LATER))
    assert moved.deeds == deeds


def test_one_that_is_refused_does_not_stop_the_others() -> None:
    hub = github()
    hub.others = {8: hub.pull}
    hub.pull = replace(hub.pull, author=Login("mallory"))
    report = merge(settings(pr=(7, 8), sha=(good.HEAD, good.HEAD)), powers(hub))
    assert (report.outcome, report.exit_code) == ("merged", ExitCode.REFUSED)
    assert "#7: " in report.headline
    assert "opened by mallory" in report.headline


def test_a_group_of_the_bots_has_its_own_branch_to_delete_and_a_persons_stays() -> None:
    for branch, deleted in ((Branch("flakebot/update-web"), True), (Branch("flakebot/updates"), False)):
        hub = github()
        hub.pull = replace(hub.pull, head_branch=branch)
        merge(settings(), powers(hub))
        assert (f"deleted {branch} at ee" in hub.deeds) is deleted


def test_nothing_is_merged_twice_or_without_a_head_of_its_own() -> None:
    for pr, sha in (((7, 7), (good.HEAD, good.HEAD)), ((7, 8), (good.HEAD,))):
        with pytest.raises(ValueError, match="expected"):
            settings(pr=pr, sha=sha)


@pytest.mark.parametrize(
    ("of_group", "outcome", "deeds"),
    [("off", "off", []), ("auto", "merged", ["auto-merge by merge"]), (None, "merged", ["merged by merge"])],
)
def test_a_group_whose_input_the_commit_moves_decides_how_it_is_merged(
    of_group: str | None, outcome: str, deeds: list[str]
) -> None:
    hub = github()
    groups = (
        {"name": "core", "inputs": "nix*", "merge": of_group},
        {"name": "other", "inputs": "tool", "merge": "off"},
    )
    assert merge(settings(group=groups, delete_branch=False), powers(hub)).outcome == outcome
    assert hub.deeds == deeds
