"""Answers that GitHub may give and the stand-in does not: what they mean, or that they are refused."""

from __future__ import annotations

import pytest

from flakebot.adapters.github.approver import require_recorded
from flakebot.adapters.github.checks import (
    App,
    CheckRun,
    Output,
    Rule,
    Status,
    Suite,
    latest_runs,
    latest_statuses,
    required_by,
)
from flakebot.adapters.github.history import ComparisonPage, comparison_of
from flakebot.adapters.github.pulls import NO_COMMIT, pull_request_of, submitted
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import Account, MergeAnswer, PullRequestAnswer, ReviewAnswer, parsed
from flakebot.adapters.provenance.record import Activity
from flakebot.errors import UnavailableError
from flakebot.model import Login, RequiredCheck, Sha

PURPOSE = Purpose(doing="read this", needs="nothing")
ONE, TWO = Sha("1" * 40), Sha("2" * 40)


def run(
    number: int,
    name: str = "build",
    conclusion: str | None = "success",
    app: int | None = 1,
    suite: int | None = 1,
) -> CheckRun:
    reporter = App(id=app, slug=f"app-{app}") if app is not None else None
    part_of = Suite(id=suite) if suite is not None else None
    said = Output(title=f"run {number}")
    return CheckRun(id=number, name=name, conclusion=conclusion, app=reporter, check_suite=part_of, output=said)


def status(context: str, creator: str | None, description: str) -> Status:
    account = Account(login=Login(creator)) if creator is not None else None
    return Status(context=context, state="success", description=description, target_url=None, creator=account)


@pytest.mark.parametrize(
    ("runs", "kept"),
    [
        ([run(1), run(2)], ["run 2"]),
        ([run(2), run(1)], ["run 2"]),
        ([run(1, name="build"), run(2, name="test")], ["run 1", "run 2"]),
        ([run(1, app=1), run(2, app=2)], ["run 1", "run 2"]),
        ([run(1, app=None), run(2, app=1)], ["run 1", "run 2"]),
        ([run(1, conclusion="success"), run(2, conclusion=None)], ["run 2"]),
        ([run(1, suite=1, conclusion="failure"), run(2, suite=2)], ["run 1", "run 2"]),
        ([run(1, suite=1, conclusion="failure"), run(2, suite=2), run(3, suite=1)], ["run 3", "run 2"]),
        ([run(1, suite=None), run(2, suite=1)], ["run 1", "run 2"]),
        ([], []),
    ],
)
def test_the_newest_run_of_each_name_in_each_suite_of_each_app_counts(runs: list[CheckRun], kept: list[str]) -> None:
    assert [check.detail for check in latest_runs(runs)] == kept


@pytest.mark.parametrize("conclusion", ["stale", "startup_failure", "something new"])
def test_a_conclusion_that_is_not_a_pass_is_none(conclusion: str) -> None:
    (check,) = latest_runs([run(1, conclusion=conclusion)])
    assert check.state == "failed"


def test_the_newest_status_of_each_name_and_account_counts() -> None:
    newest_first = [status("a", "x", "new"), status("a", "y", "other"), status("a", "x", "old"), status("b", None, "?")]
    assert [(check.poster, check.detail) for check in latest_statuses(newest_first)] == [
        ("x", "new"),
        ("y", "other"),
        (None, "?"),
    ]


def test_a_rule_that_requires_checks_and_names_none_is_no_answer() -> None:
    with pytest.raises(UnavailableError, match="names none"):
        parsed(tuple[Rule, ...], [{"type": "required_status_checks"}], PURPOSE)


def test_other_rules_require_no_checks() -> None:
    listed = {"required_status_checks": [{"context": "a"}]}
    others = [
        {"type": "deletion"},
        {"type": "pull_request", "parameters": {"x": 1}},
        {"type": "x", "parameters": listed},
    ]
    assert required_by(parsed(tuple[Rule, ...], others, PURPOSE)) == ()


def test_a_rule_that_is_listed_twice_requires_once() -> None:
    rule = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "a"}]}}
    assert required_by(parsed(tuple[Rule, ...], [rule, rule], PURPOSE)) == (RequiredCheck(name="a"),)


def test_an_unfinished_review_of_ones_own_does_not_count_and_a_deleted_reviewer_is_a_ghost() -> None:
    reviews = parsed(
        tuple[ReviewAnswer, ...],
        [
            {"user": {"login": "me"}, "state": "PENDING", "commit_id": None},
            {"user": None, "state": "APPROVED", "commit_id": ONE},
            {"user": {"login": "old"}, "state": "COMMENTED", "commit_id": None},
        ],
        PURPOSE,
    )
    assert [(review.reviewer, review.sha) for review in submitted(reviews)] == [
        ("ghost", ONE),
        ("old", NO_COMMIT),
    ]


def test_a_review_in_an_unknown_state_is_no_answer() -> None:
    with pytest.raises(UnavailableError, match=r"not as documented at state"):
        parsed(ReviewAnswer, {"user": None, "state": "MAYBE", "commit_id": ONE}, PURPOSE)


@pytest.mark.parametrize(
    ("state", "sha"), [("COMMENTED", ONE), ("APPROVED", TWO), ("APPROVED", None), ("PENDING", ONE)]
)
def test_a_review_that_was_recorded_otherwise_was_not_given(state: str, sha: Sha | None) -> None:
    recorded = parsed(ReviewAnswer, {"user": None, "state": state, "commit_id": sha}, PURPOSE)
    with pytest.raises(UnavailableError, match=f"#1 was to be APPROVED at 1111111, but GitHub recorded {state}"):
        require_recorded(recorded, 1, state="APPROVED", sha=ONE)


def pull_request(**changes: object) -> dict[str, object]:
    return {
        "number": 1,
        "html_url": "https://github.com/homelab/config/pull/1",
        "node_id": "PR_1",
        "state": "open",
        "merged": False,
        "merged_at": None,
        "title": "t",
        "body": None,
        "user": None,
        "base": {"ref": "main", "sha": ONE, "repo": {"full_name": "homelab/config"}},
        "head": {"ref": "x", "sha": TWO, "repo": None},
        "labels": [],
        "changed_files": 1,
        "commits": 1,
        "comments": 0,
        **changes,
    }


def test_what_was_deleted_is_missing_from_a_pull_request() -> None:
    read = pull_request_of(parsed(PullRequestAnswer, pull_request(), PURPOSE))
    assert (read.author, read.head_repository, read.body, read.is_draft) == ("ghost", None, "", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "half-open"),
        ("merged", None),
        ("number", "one"),
        ("changed_files", None),
        ("head", {"ref": "x", "sha": "abc", "repo": None}),
        ("head", {"ref": "x", "sha": TWO + "\n", "repo": None}),
        ("labels", None),
    ],
)
def test_a_pull_request_of_another_shape_is_no_answer_and_no_value_is_shown(field: str, value: object) -> None:
    with pytest.raises(UnavailableError, match=f"not as documented at {field}") as caught:
        parsed(PullRequestAnswer, pull_request(**{field: value}), PURPOSE)
    assert "half-open" not in str(caught.value)


def test_a_merge_that_was_none_is_no_answer() -> None:
    with pytest.raises(UnavailableError, match="it did not merge"):
        parsed(MergeAnswer, {"merged": False, "sha": ONE}, PURPOSE)


def test_a_count_below_zero_is_no_answer() -> None:
    page = {"merge_base_commit": {"sha": ONE}, "total_commits": -1, "commits": []}
    with pytest.raises(UnavailableError, match="not as documented at total_commits"):
        parsed(ComparisonPage, page, PURPOSE)


def test_a_push_at_a_time_of_no_zone_is_no_answer() -> None:
    push = {"before": ONE, "after": TWO, "timestamp": "2026-01-01T00:00:00", "activity_type": "push"}
    with pytest.raises(UnavailableError, match="not as documented at timestamp"):
        parsed(Activity, push, PURPOSE)
    assert parsed(Activity, push | {"timestamp": "2026-01-01T00:00:00Z"}, PURPOSE).after == TWO


@pytest.mark.parametrize("changes", [{"state": "\ud800"}, {"\ud800": 1}], ids=ascii)
def test_half_a_character_is_no_answer(changes: dict[str, object]) -> None:
    with pytest.raises(UnavailableError, match="not as documented in some text, which is no Unicode"):
        parsed(PullRequestAnswer, pull_request(**changes), PURPOSE)


def test_a_comparison_that_lists_no_files_names_none() -> None:
    page = {
        "merge_base_commit": {"sha": ONE},
        "total_commits": 1,
        "commits": [
            {
                "sha": TWO,
                "author": {},
                "committer": None,
                "commit": {"verification": {"verified": False, "reason": "unsigned"}},
            }
        ],
    }
    comparison = comparison_of((parsed(ComparisonPage, page, PURPOSE),))
    assert comparison.files == ()
    assert (comparison.commits[0].author, comparison.commits[0].committer) == (None, None)
