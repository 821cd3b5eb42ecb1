"""What the approver's token does on GitHub: approve one commit, withdraw that, explain a refusal once."""

from __future__ import annotations

import pytest

from flakebot.errors import HeadMovedError, MisuseError, RefusedError
from flakebot.model import Review, ReviewState
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import World

MARKER = "<!-- flakebot:verdict -->"


def test_the_approval_names_the_commit_that_was_judged(stage: Stage) -> None:
    pull_request = stage.open()
    stage.approver().approve(pull_request.number, sha=pull_request.head_sha, body="All rules hold.")
    assert stage.reader().reviews(pull_request.number) == (
        Review(reviewer=stage.approver().login(), state=ReviewState.APPROVED, sha=pull_request.head_sha),
    )


def test_a_commit_that_is_gone_cannot_be_approved(stage: Stage) -> None:
    judged = stage.open()

    def replace_the_head(world: World) -> None:
        world.repository.set_branch(judged.head_branch, world.repository.head())
        world.propose(lock='{"version":7,"other":true}\n')

    stage.prepare(replace_the_head)
    with pytest.raises(HeadMovedError, match=f"{judged.head_sha[:7]} is no longer part of #1"):
        stage.approver().approve(judged.number, sha=judged.head_sha, body="")


def test_an_account_cannot_approve_what_it_proposed(stage: Stage) -> None:
    pull_request = stage.open()
    with pytest.raises(MisuseError, match="approve your own pull request") as caught:
        stage.approver(holder="author").approve(pull_request.number, sha=pull_request.head_sha, body="")
    assert "second account" in caught.value.advice


def test_the_jobs_own_token_cannot_approve(stage: Stage) -> None:
    pull_request = stage.open()
    with pytest.raises(MisuseError, match="GitHub Actions is not permitted to approve") as caught:
        stage.approver(holder="job").approve(pull_request.number, sha=pull_request.head_sha, body="")
    assert "approver-token" in caught.value.advice


def test_a_closed_pull_request_is_refused_in_githubs_words(stage: Stage) -> None:
    opened = stage.open()
    stage.author().close(opened.number, sentence="Moot.", body="New pins")
    with pytest.raises(RefusedError, match=r"could not review #1 at .*: GitHub says “"):
        stage.approver().approve(opened.number, sha=opened.head_sha, body="")


def test_a_token_that_only_reads_is_told_what_it_lacks(stage: Stage) -> None:
    pull_request = stage.open()
    with pytest.raises(MisuseError, match="Resource not accessible") as caught:
        stage.approver(holder="powerless").approve(pull_request.number, sha=pull_request.head_sha, body="")
    assert caught.value.advice == "Grant the approver's token “Pull requests: write” on homelab/config."


def test_a_withdrawn_approval_is_a_request_for_changes(stage: Stage) -> None:
    pull_request = stage.open()
    stage.approver().approve(pull_request.number, sha=pull_request.head_sha, body="")
    stage.approver().withdraw(pull_request.number, sha=pull_request.head_sha, body="It no longer holds.")
    assert [review.state for review in stage.reader().reviews(pull_request.number)] == [
        ReviewState.APPROVED,
        ReviewState.CHANGES_REQUESTED,
    ]


def test_an_explanation_is_one_comment_that_changes_in_place(stage: Stage) -> None:
    number = stage.open().number
    stage.prepare(lambda world: world.comment(number, f"{MARKER} by a person who quotes it"))
    for text in ("first", "second", "second"):
        stage.approver().explain(number, marker=MARKER, body=f"{MARKER}\n{text}")

    def look(world: World) -> None:
        comments = world.repository.pull(number).comments
        assert [comment.body for comment in comments] == [f"{MARKER} by a person who quotes it", f"{MARKER}\nsecond"]

    stage.prepare(look)
