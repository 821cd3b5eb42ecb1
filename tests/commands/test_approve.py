"""approve: what it does for each verdict, and when the head moves under it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flakebot.commands.approval import Powers
from flakebot.commands.approve import ATTEMPTS, approve
from flakebot.errors import AbsentError, ExitCode, HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch, CheckState, Login, Review, ReviewState, Sha
from flakebot.settings.commands import ApproveSettings
from tests.commands.fakes import LATER, FakeClock, FakeGitHub, sources
from tests.policy import evidence as good


def settings(**changed: object) -> ApproveSettings:
    given: dict[str, object] = {
        "repository": "me/flake",
        "pr": (7,),
        "author": "bot",
        "approver": "checker",
        "gpg_fingerprint": (good.KEY,),
    }
    return ApproveSettings.model_validate(given | changed)


def powers(github: FakeGitHub, clock: FakeClock | None = None) -> Powers:
    return Powers(sources=sources(github), hub=github, clock=clock or FakeClock(), progress=lambda _: None)


def test_approves_exactly_the_commit_that_was_judged() -> None:
    github = FakeGitHub()
    report = approve(settings(), powers(github))
    assert (report.outcome, report.exit_code, report.facts["head_sha"]) == ("approved", ExitCode.DONE, good.HEAD)
    assert github.deeds == ["APPROVED ee"]


def test_the_summary_says_what_became_of_the_pull_request() -> None:
    report = approve(settings(), powers(FakeGitHub()))
    assert report.summary.startswith(f"### checker approved {good.HEAD[:7]} of {good.PULL_REQUEST.url}.\n")
    report = approve(settings(hold=("*",)), powers(FakeGitHub()))
    assert report.summary.startswith(f"### {good.PULL_REQUEST.url} is held: ")
    assert "- **hold** `" in report.summary


def test_approves_no_second_time() -> None:
    github = FakeGitHub()
    approve(settings(), powers(github))
    approve(settings(), powers(github))
    assert github.deeds == ["APPROVED ee"]


def test_approves_again_after_its_approval_was_replaced() -> None:
    github = FakeGitHub()
    approve(settings(), powers(github))
    github.made.append(Review(reviewer=good.APPROVER, state=ReviewState.DISMISSED, sha=good.HEAD))
    approve(settings(), powers(github))
    assert github.deeds == ["APPROVED ee", "APPROVED ee"]


def test_a_comment_of_its_own_replaces_no_approval() -> None:
    github = FakeGitHub()
    approve(settings(), powers(github))
    github.made.append(Review(reviewer=good.APPROVER, state=ReviewState.COMMENTED, sha=good.HEAD))
    approve(settings(), powers(github))
    assert github.deeds == ["APPROVED ee"]


def test_a_dry_run_writes_nothing() -> None:
    github = FakeGitHub()
    assert approve(settings(dry_run=True), powers(github)).outcome == "dry-run"
    assert github.deeds == []


def test_a_head_that_moves_after_the_approval_costs_the_approval_and_is_judged_from_the_start() -> None:
    github = FakeGitHub()

    def move_once(hub: FakeGitHub) -> None:
        if hub.pull.head_sha == good.HEAD:
            hub.push(LATER)

    github.on_approve = move_once
    report = approve(settings(), powers(github))
    assert github.deeds == ["APPROVED ee", "CHANGES_REQUESTED ee", "APPROVED ff"]
    assert report.facts["head_sha"] == LATER


def test_a_head_that_keeps_moving_ends_without_an_approval() -> None:
    github = FakeGitHub()
    moves = iter("123456789")
    github.on_approve = lambda hub: hub.push(Sha(next(moves) * 40))
    with pytest.raises(HeadMovedError):
        approve(settings(), powers(github))
    assert len(github.made) == 2 * ATTEMPTS
    assert github.made[-1].state is ReviewState.CHANGES_REQUESTED


def test_waits_for_a_check_and_looks_again_until_it_passed() -> None:
    github = FakeGitHub(found=(good.check("build", CheckState.PENDING), good.status(good.STATUS)))

    def pass_later() -> None:
        github.found = good.CHECKS.found

    clock = FakeClock(on_sleep=pass_later)
    report = approve(settings(poll="15s"), powers(github, clock))
    assert report.outcome == "approved"
    assert clock.time - FakeClock().time == timedelta(seconds=15)


def test_ends_waiting_at_its_deadline_without_an_approval() -> None:
    github = FakeGitHub(found=(good.status(good.STATUS),))
    clock = FakeClock()
    report = approve(settings(wait="2m", poll="15s"), powers(github, clock))
    assert (report.outcome, report.exit_code) == ("waiting", ExitCode.DONE)
    assert github.made == []
    assert clock.time - FakeClock().time <= timedelta(minutes=2)


def test_a_check_that_nobody_reports_is_named_on_the_pull_request_at_the_deadline() -> None:
    github = FakeGitHub(found=(good.status(good.STATUS),))
    assert approve(settings(wait="1m", poll="15s"), powers(github)).outcome == "waiting"
    assert github.deeds == ["explained"]
    assert "`build`" in github.comment
    assert good.STATUS not in github.comment


@pytest.mark.parametrize("given", [{"wait": "0s"}, {"wait": "1m", "dry_run": True}])
def test_a_single_look_or_a_dry_run_says_nothing_of_a_missing_check(given: dict[str, object]) -> None:
    github = FakeGitHub(found=(good.status(good.STATUS),))
    assert approve(settings(**given), powers(github)).outcome == "waiting"
    assert github.deeds == []


def test_a_check_that_only_takes_long_is_no_reason_for_a_comment() -> None:
    github = FakeGitHub(found=(good.check("build", CheckState.PENDING), good.status(good.STATUS)))
    assert approve(settings(wait="1m", poll="15s"), powers(github)).outcome == "waiting"
    assert github.deeds == []


def test_a_comment_is_settled_once_the_commit_is_approved() -> None:
    github = FakeGitHub(pull=replace(good.PULL_REQUEST, comments=1))
    approve(settings(), powers(github))
    assert github.deeds == ["APPROVED ee", "settled"]


def test_an_approval_of_an_older_head_does_not_stand_while_a_newer_one_waits() -> None:
    github = FakeGitHub(found=(good.status(good.STATUS),))
    github.made.append(Review(reviewer=good.APPROVER, state=ReviewState.APPROVED, sha=LATER))
    assert approve(settings(wait="0s"), powers(github)).outcome == "waiting"
    assert github.deeds == ["CHANGES_REQUESTED ee"]


def _fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("error", [UnavailableError("GitHub is down"), RefusedError("not a file"), ValueError("a bug")])
def test_an_approval_of_an_older_head_does_not_stand_when_the_newer_one_cannot_be_judged(error: Exception) -> None:
    github = FakeGitHub(on_compare=lambda _: _fail(error))
    github.made.append(Review(reviewer=good.APPROVER, state=ReviewState.APPROVED, sha=LATER))
    with pytest.raises(type(error), match=str(error)):
        approve(settings(), powers(github))
    assert github.deeds == ["CHANGES_REQUESTED ee"]


def test_an_approval_of_the_very_head_stands_when_it_cannot_be_judged_a_second_time() -> None:
    github = FakeGitHub(on_compare=lambda _: _fail(UnavailableError("GitHub is down")))
    github.made.append(Review(reviewer=good.APPROVER, state=ReviewState.APPROVED, sha=good.HEAD))
    with pytest.raises(UnavailableError, match="GitHub is down"):
        approve(settings(), powers(github))
    assert github.deeds == []


def test_the_first_error_is_the_one_that_is_told_when_nothing_can_be_withdrawn_either() -> None:
    github, said = FakeGitHub(), list[str]()

    def disappear(hub: FakeGitHub) -> None:
        hub.on_read = lambda _: _fail(UnavailableError("still down"))
        raise UnavailableError("GitHub is down")

    github.on_compare = disappear
    with pytest.raises(UnavailableError, match="GitHub is down"):
        approve(settings(), replace(powers(github), progress=said.append))
    assert said == ["An approval of an earlier commit may still stand: still down"]


def test_of_a_pull_request_that_is_not_there_no_approval_is_said_to_stand() -> None:
    github, said = FakeGitHub(on_read=lambda _: _fail(AbsentError("there is no #12"))), list[str]()
    with pytest.raises(AbsentError):
        approve(settings(), replace(powers(github), progress=said.append))
    assert said == []


def test_a_refusal_is_explained_and_takes_a_standing_approval_back() -> None:
    github = FakeGitHub(found=(good.check("build", CheckState.FAILED), good.status(good.STATUS)))
    github.made.append(Review(reviewer=good.APPROVER, state=ReviewState.APPROVED, sha=LATER))
    report = approve(settings(), powers(github))
    assert (report.outcome, report.exit_code) == ("refused", ExitCode.REFUSED)
    assert github.deeds == ["explained", "CHANGES_REQUESTED ee"]


def test_a_held_update_is_explained_and_left_to_a_person() -> None:
    github = FakeGitHub()
    report = approve(settings(hold=("nixpkgs",)), powers(github))
    assert (report.outcome, report.exit_code) == ("held", ExitCode.REFUSED)
    assert github.deeds == ["explained"]


@pytest.mark.parametrize(("is_merged", "outcome"), [(True, "merged"), (False, "closed")])
def test_a_pull_request_that_is_over_is_left_alone(*, is_merged: bool, outcome: str) -> None:
    github = FakeGitHub()
    github.pull = replace(github.pull, is_open=False, is_merged=is_merged)
    report = approve(settings(), powers(github))
    assert (report.outcome, report.exit_code, github.deeds) == (outcome, ExitCode.DONE, [])


@pytest.mark.parametrize(
    ("changed", "who", "sentence"),
    [
        ({}, "somebody", "the approver's token belongs to somebody, expected checker"),
        ({"approver": None}, "Bot", "Bot would both propose and approve"),
        ({"author": None}, "checker", "`author` is not configured"),
        ({"gpg_fingerprint": ()}, "checker", "no key is pinned"),
    ],
)
def test_misuse_is_found_before_anything_is_written(changed: dict[str, object], who: str, sentence: str) -> None:
    github = FakeGitHub(who=Login(who))
    with pytest.raises(MisuseError, match=sentence):
        approve(settings(**changed), powers(github))
    assert github.deeds == []


def test_waits_for_the_next_run_when_the_base_branch_moved_since_the_check() -> None:
    github = FakeGitHub()
    given = powers(github)
    github.tips[good.PULL_REQUEST.base_branch] = LATER
    report = approve(settings(), given)
    assert (report.outcome, report.exit_code) == ("waiting", ExitCode.DONE)
    assert github.deeds == []


def test_an_approval_does_not_outlive_the_base_that_its_commit_was_checked_on() -> None:
    github = FakeGitHub()
    given = powers(github)
    assert approve(settings(), given).outcome == "approved"
    github.tips[good.PULL_REQUEST.base_branch] = LATER
    assert approve(settings(dry_run=True), given).outcome == "waiting"
    assert approve(settings(), given).outcome == "waiting"
    assert github.deeds == ["APPROVED ee", "CHANGES_REQUESTED ee"]


def test_a_pull_request_that_goes_elsewhere_after_the_approval_loses_it() -> None:
    github = FakeGitHub()
    github.on_approve = lambda hub: setattr(hub, "pull", replace(hub.pull, base_branch=Branch("release")))
    report = approve(settings(), powers(github))
    assert report.outcome == "refused"
    assert github.deeds == ["APPROVED ee", "CHANGES_REQUESTED ee", "explained"]


def test_each_of_several_is_judged_and_those_that_are_fine_are_approved() -> None:
    github = FakeGitHub()
    github.others = {
        8: replace(github.pull, number=8, author=Login("mallory")),
        9: replace(github.pull, number=9, head_branch=Branch("flakebot/update-web")),
    }
    report = approve(settings(pr=(7, 8, 9)), powers(github))
    assert (report.outcome, report.exit_code) == ("refused", ExitCode.REFUSED)
    assert (report.facts["pull_request_numbers"], report.facts["head_shas"]) == ("7,9", f"{good.HEAD},{good.HEAD}")
    assert (report.facts["pull_request_number"], report.facts["head_sha"]) == (7, good.HEAD)
    assert all(finding.message.startswith("#8: ") for finding in report.findings)


def test_an_error_about_one_of_several_is_told_and_the_others_go_on() -> None:
    github = FakeGitHub()
    github.others = {8: replace(github.pull, number=8, head_branch=Branch("flakebot/update-web"))}
    moves = list("123456789"[:ATTEMPTS])

    def move_the_first(hub: FakeGitHub) -> None:
        if moves:
            hub.push(Sha(moves.pop() * 40))

    github.on_approve = move_the_first
    report = approve(settings(pr=(7, 8)), powers(github))
    assert (report.outcome, report.exit_code) == ("refused", ExitCode.REFUSED)
    assert report.facts["pull_request_numbers"] == "8"
    assert f"#7: the head of #7 moved {ATTEMPTS} times" in report.headline


def test_several_are_waited_for_until_one_deadline() -> None:
    github = FakeGitHub(found=(good.status(good.STATUS),))
    github.others = {8: replace(github.pull, number=8)}
    clock = FakeClock()
    report = approve(settings(pr=(7, 8), wait="2m", poll="15s"), powers(github, clock))
    assert (report.outcome, report.facts["pull_request_numbers"]) == ("waiting", "")
    assert clock.time - FakeClock().time <= timedelta(minutes=2)


def test_a_folder_without_a_flake_where_the_pull_request_begins_has_no_lock_to_change() -> None:
    github = FakeGitHub()
    given = powers(github)
    given.sources.repository.flakes = ()  # type: ignore[attr-defined]  # the fake's
    report = approve(settings(), given)
    assert report.outcome == "refused"
    assert "tree-path" in {finding.rule for finding in report.findings}
