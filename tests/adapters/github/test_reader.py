"""What is read from GitHub, and as what."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.shapes import parsed
from flakebot.errors import MisuseError, UnavailableError
from flakebot.model import Branch, Check, CheckSource, CheckState, Login, RequiredCheck, Sha
from flakebot.rehearsal.github import Conclusion, Protection, RuleSource
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import MAIN, UPDATE, World
from tests.rehearsal.github.keys import gpg_home, make_key

ACTIONS = Login("github-actions[bot]")
ACTIONS_APP = 15368


def test_a_pull_request_is_read_afresh(stage: Stage) -> None:
    opened = stage.open()
    assert stage.reader().pull_request(opened.number) == opened
    stage.prepare(lambda world: world.propose(lock='{"version":7,"newer":true}\n'))
    moved = stage.reader().pull_request(opened.number)
    assert moved.head_sha != opened.head_sha
    assert moved.commits == 2


def test_the_tip_of_a_branch_is_read_afresh(stage: Stage) -> None:
    opened = stage.open()
    assert [stage.reader().tip(branch) for branch in (MAIN, UPDATE)] == [opened.base_sha, opened.head_sha]
    stage.author().merge(opened.number, sha=opened.head_sha, method="merge")
    assert stage.reader().tip(MAIN) not in {opened.base_sha, opened.head_sha}


def test_a_branch_that_is_not_there_has_no_tip(stage: Stage) -> None:
    with pytest.raises(MisuseError, match="could not read where release stands: GitHub says “Not Found”"):
        stage.reader().tip(Branch("release"))


@pytest.mark.parametrize(
    ("ref", "kind", "said"),
    [
        ("refs/heads/mainly", "commit", "GitHub answered with refs/heads/mainly"),
        ("refs/tags/main", "commit", "GitHub answered with refs/tags/main"),
        ("refs/heads/main", "tag", "GitHub's answer is not as documented at object.type"),
    ],
)
def test_an_answer_about_another_ref_is_no_tip(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, ref: str, kind: str, said: str
) -> None:
    answer = {"ref": ref, "object": {"type": kind, "sha": "a" * 40}}
    monkeypatch.setattr(Connection, "read", lambda _, shape, path, purpose: parsed(shape, answer, purpose))
    with pytest.raises(UnavailableError, match=re.escape(said)):
        stage.reader().tip(MAIN)


def test_a_merged_pull_request_is_closed_and_merged(stage: Stage) -> None:
    opened = stage.open()
    stage.author().merge(opened.number, sha=opened.head_sha, method="merge")
    merged = stage.reader().pull_request(opened.number)
    assert (merged.is_open, merged.is_merged, merged.head_sha) == (False, True, opened.head_sha)


def test_an_unknown_pull_request_may_be_one_that_is_hidden(stage: Stage) -> None:
    with pytest.raises(MisuseError, match="could not read pull request #99: GitHub says “Not Found”") as caught:
        stage.reader().pull_request(99)
    assert "homelab/config" in caught.value.advice


def test_an_unknown_token_is_refused_without_repeating_it(stage: Stage) -> None:
    def revoke(world: World) -> None:
        world.github.hub.world.tokens.pop(world.tokens["approver"].reveal())

    stage.prepare(revoke)
    with pytest.raises(MisuseError, match="GitHub does not accept the approver's token") as caught:
        stage.reader().pull_request(1)
    assert "approver-token" in caught.value.advice


def test_a_comparison_says_whose_commits_are_verified(stage: Stage) -> None:
    def sign(world: World) -> None:
        with gpg_home() as home:
            key = make_key(home, "Update Bot <update-bot@example.org>")
            world.github.add_gpg_key(world.author, key.public)
            world.repository.commit(
                {"flake.lock": "{}\n"},
                branch=UPDATE,
                author=world.author,
                sign=key.sign,
                when=datetime(2026, 1, 2, tzinfo=UTC),
            )

    stage.prepare(sign)
    opened = stage.open()
    comparison = stage.reader().comparison(opened.base_sha, opened.head_sha)
    assert comparison.merge_base == opened.base_sha
    assert comparison.total_commits == 2
    assert comparison.files == ("flake.lock",)
    assert comparison.commits[-1].sha == opened.head_sha
    assert [(commit.author, commit.committer) for commit in comparison.commits] == [("update-bot", "update-bot")] * 2
    assert [(commit.verified, commit.reason) for commit in comparison.commits] == [
        (True, "valid"),
        (False, "unsigned"),
    ]
    assert [key[:36] for key in stage.reader().public_keys(Login("update-bot"))] == [
        "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    ]


def test_a_renamed_file_changed_under_both_names(stage: Stage) -> None:
    def rename(world: World) -> None:
        content = world.repository.read("flake.nix")
        world.repository.commit({"flake.nix": None, "default.nix": content}, branch=UPDATE, author=world.author)

    stage.prepare(rename)
    opened = stage.open()
    comparison = stage.reader().comparison(opened.base_sha, opened.head_sha)
    assert set(comparison.files) == {"flake.nix", "default.nix", "flake.lock"}


def test_pushes_say_who_moved_the_branch_the_latest_first(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.repository.set_branch(UPDATE, opened.base_sha))
    moved, made = stage.reader().pushes(UPDATE)
    assert (made.pusher, made.before, made.after) == ("update-bot", "0" * 40, opened.head_sha)
    assert (moved.pusher, moved.before, moved.after) == ("homelab", opened.head_sha, opened.base_sha)


def test_a_branch_that_never_was_was_never_pushed(stage: Stage) -> None:
    assert stage.reader().pushes(Branch("nowhere")) == ()


def test_an_account_without_keys_has_none(stage: Stage) -> None:
    assert stage.reader().public_keys(Login("approve-bot")) == ()


def test_a_file_of_a_branch_is_read_byte_by_byte(stage: Stage) -> None:
    assert stage.reader().file(".github/flakebot.toml", MAIN) == b'author = "update-bot"\n'


def test_a_file_that_is_not_there_is_none(stage: Stage) -> None:
    assert stage.reader().file("flakebot.toml", MAIN) is None


def test_a_branch_that_is_not_there_has_no_files_to_miss(stage: Stage) -> None:
    with pytest.raises(
        MisuseError, match=r"could not read flake\.nix of nowhere: there is no branch nowhere"
    ) as caught:
        stage.reader().file("flake.nix", Branch("nowhere"))
    assert "Is `base-branch` right?" in caught.value.advice


def test_rulesets_say_what_they_require_each_name_and_app_once(stage: Stage) -> None:
    ours, builds = RequiredCheck(name="flakebot/flake-check"), RequiredCheck(name="build", app_id=ACTIONS_APP)

    def protect(world: World) -> None:
        world.repository.protect(
            Protection(required_checks=(ours, builds), required_approvals=1, requires_signatures=True),
            Protection(required_checks=(builds,), requires_pull_request=False),
        )

    stage.prepare(protect)
    assert stage.reader().required_checks(MAIN) == (ours, builds)


def test_a_branch_whose_name_has_a_slash_has_its_own_rules(stage: Stage) -> None:
    rules = Protection(branch="release/*", required_checks=(RequiredCheck(name="build"),))
    stage.prepare(lambda world: world.protect(rules))
    assert stage.reader().required_checks(Branch("release/26.05")) == (RequiredCheck(name="build"),)
    assert stage.reader().required_checks(MAIN) == ()


def test_what_classic_protection_requires_cannot_be_read(stage: Stage) -> None:
    rules = Protection(source=RuleSource.CLASSIC, required_checks=(RequiredCheck(name="build"),))
    stage.prepare(lambda world: world.protect(rules))
    assert stage.reader().required_checks(MAIN) == ()


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        (Conclusion.SUCCESS, CheckState.PASSED),
        (Conclusion.NEUTRAL, CheckState.PASSED),
        (Conclusion.SKIPPED, CheckState.PASSED),
        (Conclusion.FAILURE, CheckState.FAILED),
        (Conclusion.CANCELLED, CheckState.FAILED),
        (Conclusion.TIMED_OUT, CheckState.FAILED),
        (Conclusion.ACTION_REQUIRED, CheckState.FAILED),
    ],
)
def test_a_check_runs_conclusion_decides(stage: Stage, conclusion: Conclusion, state: CheckState) -> None:
    stage.prepare(lambda world: world.report(build=conclusion))
    assert stage.checks().checks(stage.open().head_sha) == (
        Check(
            name="build",
            source=CheckSource.CHECK_RUN,
            state=state,
            poster=ACTIONS,
            detail=conclusion,
            app_id=ACTIONS_APP,
        ),
    )


def test_a_check_run_that_is_not_over_is_pending(stage: Stage) -> None:
    sha = stage.open().head_sha
    stage.prepare(lambda world: world.start_again("build", sha))
    assert [check.state for check in stage.checks().checks(sha)] == [CheckState.PENDING]


def test_a_later_green_run_of_another_workflow_hides_no_red_one(stage: Stage) -> None:
    stage.prepare(lambda world: world.report(build=Conclusion.FAILURE))
    sha = stage.open().head_sha
    stage.prepare(lambda world: world.run_elsewhere("build", sha))
    assert sorted(check.state for check in stage.checks().checks(sha)) == [CheckState.FAILED, CheckState.PASSED]


def test_a_status_counts_beside_a_check_run_of_its_name(stage: Stage) -> None:
    sha = stage.open().head_sha
    stage.job().post_status(sha, name="build", is_success=False, description="not so fast", url="")
    assert {(check.source, check.state, check.detail) for check in stage.checks().checks(sha)} == {
        (CheckSource.CHECK_RUN, CheckState.PASSED, "success"),
        (CheckSource.STATUS, CheckState.FAILED, "not so fast"),
    }


def test_another_accounts_later_status_hides_nobodys(stage: Stage) -> None:
    sha = stage.open().head_sha
    for is_success in (True, False):
        stage.job().post_status(sha, name="flakebot/flake-check", is_success=is_success, description="", url="")
    stage.prepare(lambda world: world.post_status("flakebot/flake-check", sha, world.author))
    statuses = {check.poster: check.state for check in stage.checks().checks(sha) if check.source is CheckSource.STATUS}
    assert statuses == {ACTIONS: CheckState.FAILED, Login("update-bot"): CheckState.PASSED}


def test_a_commit_without_any_check_has_none(stage: Stage) -> None:
    stage.prepare(lambda world: world.report())
    assert stage.checks().checks(stage.open().head_sha) == ()


def test_a_fine_grained_token_is_told_to_use_the_jobs(stage: Stage) -> None:
    with pytest.raises(MisuseError, match="could not read the check runs of 0123456") as caught:
        stage.reader().checks(Sha("0123456789abcdef0123456789abcdef01234567"))
    assert "FLAKEBOT_JOB_TOKEN" in caught.value.advice
