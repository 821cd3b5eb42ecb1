"""Merging exactly one commit: done, waiting, refused, or left to GitHub, by the words that GitHub uses for each."""

from __future__ import annotations

import pytest

from flakebot.adapters.github.answer import Answer
from flakebot.adapters.github.errors import DeclinedError
from flakebot.adapters.github.refusals import refused_auto_merge, refused_merge
from flakebot.errors import FlakebotError, HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import PullRequest, RequiredCheck, Sha
from flakebot.ports import Merged, NotYet, Queued
from flakebot.rehearsal.github import (
    Conclusion,
    ErrorReply,
    MergeMethod,
    Protection,
    RuleSource,
    base_modified,
    unresolved_node,
)
from flakebot.rehearsal.github.state.checks import StatusState
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import World

MERGE = r"/repos/homelab/config/pulls/1/merge"
HEAD = Sha("1" * 40)
NEVER_RUNS = RequiredCheck(name="never")


def merge(stage: Stage, opened: PullRequest, method: str = "merge") -> Merged | Queued | NotYet:
    return stage.author().merge(opened.number, sha=opened.head_sha, method=method)


def under(stage: Stage, protection: Protection) -> None:
    stage.prepare(lambda world: world.protect(protection))


def test_the_merge_is_of_the_named_commit(stage: Stage) -> None:
    opened = stage.open()
    merged = merge(stage, opened)
    assert isinstance(merged, Merged)

    def look(world: World) -> None:
        assert world.repository.head() == merged.sha
        assert world.repository.state.store.is_ancestor(opened.head_sha, merged.sha)

    stage.prepare(look)


def test_a_head_that_moved_is_not_merged(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.propose(lock='{"version":7,"other":true}\n'))
    with pytest.raises(HeadMovedError, match=f"no longer {opened.head_sha[:7]}, so nothing was merged"):
        merge(stage, opened)


def test_a_base_that_moves_meanwhile_is_asked_again(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.github.faults.add("PUT", MERGE, base_modified(), times=2))
    assert isinstance(merge(stage, opened), Merged)
    assert stage.clock.pauses == [1, 2]


def test_a_base_that_never_rests_is_given_up(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.github.faults.add("PUT", MERGE, base_modified(), times=4))
    with pytest.raises(UnavailableError, match="Base branch was modified"):
        merge(stage, opened)
    assert stage.clock.pauses == [1, 2, 4]


@pytest.mark.parametrize("source", RuleSource)
@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (Protection(required_approvals=1), "At least 1 approving review is required"),
        (Protection(required_approvals=1, requires_code_owner_review=True), "approving review"),
        (Protection(requires_code_owner_review=True), "Waiting on code owner review from approve-bot."),
        (Protection(requires_last_push_approval=True), "someone other than the last pusher"),
        (Protection(required_checks=(NEVER_RUNS,)), 'Required status check "never" is expected.'),
        (Protection(required_checks=(NEVER_RUNS, RequiredCheck(name="nor this"))), "expected."),
    ],
)
def test_what_is_still_missing_is_waited_for(stage: Stage, rules: Protection, reason: str, source: RuleSource) -> None:
    opened = stage.open()
    under(stage, rules_of(rules, source))
    result = merge(stage, opened)
    assert isinstance(result, NotYet)
    assert reason in result.reason
    assert "\n" not in result.reason


@pytest.mark.parametrize("source", RuleSource)
def test_a_check_that_has_not_begun_is_waited_for(stage: Stage, source: RuleSource) -> None:
    opened = stage.open()
    pending = StatusState.PENDING
    stage.prepare(lambda world: world.post_status("never", opened.head_sha, world.approver, pending))
    under(stage, Protection(required_checks=(NEVER_RUNS,), source=source))
    result = merge(stage, opened)
    assert isinstance(result, NotYet)
    assert 'Required status check "never" is queued.' in result.reason


def rules_of(rules: Protection, source: RuleSource) -> Protection:
    return Protection(
        source=source,
        required_checks=rules.required_checks,
        required_approvals=rules.required_approvals,
        requires_code_owner_review=rules.requires_code_owner_review,
        requires_last_push_approval=rules.requires_last_push_approval,
    )


@pytest.mark.parametrize("source", RuleSource)
def test_a_failed_check_is_no_reason_to_wait(stage: Stage, source: RuleSource) -> None:
    stage.prepare(lambda world: world.report(build=Conclusion.FAILURE))
    opened = stage.open()
    both = (RequiredCheck(name="build"), NEVER_RUNS)
    under(stage, Protection(required_checks=both, source=source))
    with pytest.raises(RefusedError, match='Required status check "build" is failing'):
        merge(stage, opened)


def test_unsigned_commits_are_no_reason_to_wait(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(requires_signatures=True))
    with pytest.raises(RefusedError, match="Commits must have verified signatures"):
        merge(stage, opened)


def test_a_conflict_is_no_reason_to_wait(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.repository.commit({"flake.lock": "theirs\n"}))
    with pytest.raises(RefusedError, match="Pull Request is not mergeable"):
        merge(stage, opened)


def test_a_rebase_that_cannot_be_signed_is_a_matter_of_configuration(stage: Stage) -> None:
    opened = stage.open()
    sentence = "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub"
    stage.prepare(lambda world: world.github.faults.add("PUT", MERGE, ErrorReply(status=405, message=sentence)))
    with pytest.raises(MisuseError, match="cannot be automatically signed") as caught:
        merge(stage, opened, "rebase")
    assert "merge-method" in caught.value.advice


def test_a_method_that_is_not_allowed_is_a_matter_of_configuration(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(merge_methods=frozenset({MergeMethod.MERGE})))
    with pytest.raises(MisuseError, match="Squash merges are not allowed") as caught:
        merge(stage, opened, "squash")
    assert "merge-method" in caught.value.advice


def test_a_merge_queue_is_a_matter_of_configuration(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(requires_merge_queue=True))
    with pytest.raises(MisuseError, match="through the merge queue") as caught:
        merge(stage, opened)
    assert 'merge = "auto"' in caught.value.advice


def test_a_token_that_may_not_merge_is_told_what_it_lacks(stage: Stage) -> None:
    opened = stage.open()
    with pytest.raises(MisuseError, match="Resource not accessible by personal access token") as caught:
        stage.author(holder="approver").merge(opened.number, sha=opened.head_sha, method="merge")
    assert "“Contents: write”" in caught.value.advice


def test_github_is_asked_to_merge_this_head_later(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(required_checks=(NEVER_RUNS,)))
    assert stage.author().enable_auto_merge(opened, sha=opened.head_sha, method="merge") == Queued()

    def look(world: World) -> None:
        standing = world.repository.pull(opened.number).auto_merge
        assert standing is not None
        assert (standing.method, standing.enabled_by.login) == (MergeMethod.MERGE, "update-bot")

    stage.prepare(look)


def test_github_is_asked_not_to_merge_this_later_and_once_is_enough(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(required_checks=(NEVER_RUNS,)))
    author = stage.author()
    author.enable_auto_merge(opened, sha=opened.head_sha, method="merge")
    assert stage.reader().pull_request(opened.number).has_auto_merge
    author.disable_auto_merge(opened)
    stage.prepare(lambda world: _assert_left(world, opened.number))
    assert not stage.reader().pull_request(opened.number).has_auto_merge
    author.disable_auto_merge(opened)


def _assert_left(world: World, number: int) -> None:
    assert world.repository.pull(number).auto_merge is None


def test_a_token_that_may_not_disable_auto_merge_is_told_what_it_lacks(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.weaken("job"))
    with pytest.raises(FlakebotError, match="could not disable auto-merge of #1") as caught:
        stage.author(holder="job").disable_auto_merge(opened)
    assert "“Pull requests: write”" in caught.value.advice


@pytest.mark.parametrize("conclusion", [Conclusion.SUCCESS, Conclusion.FAILURE])
def test_where_nothing_required_is_missing_it_is_merged_at_once(stage: Stage, conclusion: Conclusion) -> None:
    """GitHub takes no order for what it could merge now: clean, or unstable with a failing check that is optional."""
    stage.prepare(lambda world: world.report(build=conclusion))
    opened = stage.open()
    assert isinstance(stage.author().enable_auto_merge(opened, sha=opened.head_sha, method="merge"), Merged)


def test_auto_merge_that_is_switched_off_is_a_setting(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.forbid_auto_merge())
    with pytest.raises(MisuseError, match="Auto merge is not allowed for this repository") as caught:
        stage.author().enable_auto_merge(opened, sha=opened.head_sha, method="merge")
    assert "Allow auto-merge" in caught.value.advice


def test_auto_merge_of_a_head_that_moved_is_not_enabled(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(required_checks=(NEVER_RUNS,)))
    stage.prepare(lambda world: world.propose(lock='{"version":7,"other":true}\n'))
    with pytest.raises(HeadMovedError, match=f"no longer {opened.head_sha[:7]}"):
        stage.author().enable_auto_merge(opened, sha=opened.head_sha, method="merge")


def test_a_pull_request_that_github_does_not_see_yet_is_asked_for_again(stage: Stage) -> None:
    opened = stage.open()
    under(stage, Protection(required_checks=(NEVER_RUNS,)))
    stage.prepare(lambda world: world.github.faults.add("POST", "/graphql", unresolved_node()))
    assert stage.author().enable_auto_merge(opened, sha=opened.head_sha, method="merge") == Queued()
    assert stage.clock.pauses == [1]


def declined(words: str) -> DeclinedError:
    """Decline in words that GitHub has for what the stand-in does not know."""
    return DeclinedError("could not merge #1", answer=Answer(status=405, reason=words, headers={}))


@pytest.mark.parametrize(
    "words",
    [
        "2 of 2 required status checks have not succeeded: 1 expected and 1 pending.",
        "This branch must not be out-of-date with the base branch before merging.",
        "2 of 3 required status checks are expected.",
    ],
)
def test_other_words_for_what_is_still_missing(words: str) -> None:
    assert refused_merge(declined(words), sha=HEAD, method="merge") == NotYet(reason=words)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("2 of 2 required status checks have not succeeded: 1 expected and 1 failing.", RefusedError),
        ("Something that nobody has seen yet.", RefusedError),
        ("", RefusedError),
        ("Merge commits are not allowed on this repository.", MisuseError),
    ],
)
def test_other_words_for_what_waiting_does_not_help(words: str, error: type[FlakebotError]) -> None:
    with pytest.raises(error):
        refused_merge(declined(words), sha=HEAD, method="merge")


def test_auto_merge_that_has_nothing_to_wait_for_is_a_setting() -> None:
    error = refused_auto_merge(declined("Protected branch rules not configured for this branch"), sha=HEAD)
    assert isinstance(error, MisuseError)
    assert 'merge = "now"' in error.advice


def test_auto_merge_that_is_refused_for_another_reason_stays_refused() -> None:
    refusal = declined("Pull request is closed")
    assert refused_auto_merge(refusal, sha=HEAD) is refusal
