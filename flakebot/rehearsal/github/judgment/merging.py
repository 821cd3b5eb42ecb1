"""Why a pull request may not be merged, in GitHub's words. Judges; never merges.

The sentences are those of GitHub's refusals; an empty answer means that nothing is in the way.
"""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.judgment.checks import CheckState, all_states, required_state
from flakebot.rehearsal.github.judgment.reviews import approvals, missing_owners, standing_reviews
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import PullRequest, ReviewVerdict
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import MergeMethod, Protection, RuleSource

UNSIGNED = "Commits must have verified signatures."
QUEUE = "Changes must be made through the merge queue"
LAST_PUSHER = "New changes require approval from someone other than the last pusher."
REBASE_UNSIGNED = "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub"


def rules_for(repository: Repository, branch: str, actor: Account | None) -> tuple[Protection, ...]:
    """Return the rules that bind an account on a branch."""
    covering = repository.protections(branch)
    return tuple(rules for rules in covering if actor is None or actor.login not in rules.bypass)


def obstacles(
    hub: Hub, repository: Repository, pull: PullRequest, rules: Protection, method: MergeMethod | None = None
) -> tuple[str, ...]:
    """Return what one set of rules has against merging a pull request (in one way, when that is given)."""
    reviews = (*_review_obstacles(repository, pull, rules), *_check_obstacles(repository, pull, rules))
    return (*reviews, *_commit_obstacles(hub, repository, pull, rules, method))


def all_obstacles(hub: Hub, repository: Repository, pull: PullRequest, actor: Account | None = None) -> tuple[str, ...]:
    """Return what all rules together have against merging."""
    binding = rules_for(repository, pull.base_branch, actor)
    return tuple(reason for rules in binding for reason in obstacles(hub, repository, pull, rules))


def _review_obstacles(repository: Repository, pull: PullRequest, rules: Protection) -> Iterator[str]:
    approved = approvals(repository, pull)
    if len(approved) < rules.required_approvals:
        yield approvals_wanted(rules.required_approvals)
    verdicts = {review.verdict for review in standing_reviews(repository, pull)}
    if rules.required_approvals and ReviewVerdict.CHANGES_REQUESTED in verdicts:
        yield "Changes have been requested."
    if rules.requires_code_owner_review and (missing := missing_owners(repository, pull)):
        yield f"Waiting on code owner review from {' and/or '.join(missing)}."
    if rules.requires_last_push_approval and not any(
        review.sha == pull.head_sha and review.author is not pull.last_pusher for review in approved
    ):
        yield LAST_PUSHER


def approvals_wanted(number: int) -> str:
    """Say how many approvals are needed."""
    noun = "review is" if number == 1 else "reviews are"
    return f"At least {number} approving {noun} required by reviewers with write access."


def _check_obstacles(repository: Repository, pull: PullRequest, rules: Protection) -> Iterator[str]:
    states = {check.name: required_state(repository, pull.head_sha, check) for check in rules.required_checks}
    open_states = {name: state for name, state in states.items() if state is not CheckState.PASSED}
    is_grouped = rules.source is RuleSource.CLASSIC and len(open_states) > 1
    if is_grouped and len(set(open_states.values())) == 1:
        verb = next(iter(open_states.values())).removeprefix("is ")
        yield f"{len(open_states)} of {len(states)} required status checks are {verb}."
        return
    for name, state in open_states.items():
        yield f'Required status check "{name}" {state}.'


def _commit_obstacles(
    hub: Hub, repository: Repository, pull: PullRequest, rules: Protection, method: MergeMethod | None
) -> Iterator[str]:
    store = repository.store
    if rules.requires_merge_queue:
        yield QUEUE
    if rules.requires_signatures:
        commits = store.history(pull.head_sha, f"^{pull.fork_point}")
        if not all(hub.verifier.is_verified(store.commit(sha)) for sha in commits):
            yield UNSIGNED
        if method is MergeMethod.REBASE:
            yield REBASE_UNSIGNED
    base = store.branch(pull.base_branch)
    if rules.is_strict and base is not None and not store.is_ancestor(base, pull.head_sha):
        yield "This branch must not be out-of-date with the base branch before merging."


def mergeable_state(hub: Hub, repository: Repository, pull: PullRequest, *, mergeable: bool | None) -> str:
    """Return the API's ``mergeable_state``; ``behind`` hides ``blocked``."""
    if mergeable is None or not pull.is_open:
        return "unknown"
    if not mergeable:
        return "dirty"
    if pull.is_draft:
        return "draft"
    reasons = all_obstacles(hub, repository, pull)
    if any("out-of-date" in reason for reason in reasons):
        return "behind"
    if reasons:
        return "blocked"
    passed = all(state is CheckState.PASSED for state in all_states(repository, pull.head_sha))
    return "clean" if passed else "unstable"


def review_decision(repository: Repository, pull: PullRequest) -> str | None:
    """Return GraphQL's ``reviewDecision``; None when no review is required."""
    demanding = [
        rules
        for rules in repository.protections(pull.base_branch)
        if rules.required_approvals or rules.requires_code_owner_review
    ]
    if not demanding:
        return None
    verdicts = {review.verdict for review in standing_reviews(repository, pull)}
    if ReviewVerdict.CHANGES_REQUESTED in verdicts:
        return "CHANGES_REQUESTED"
    waiting = any(reason for rules in demanding for reason in _review_obstacles(repository, pull, rules))
    return "REVIEW_REQUIRED" if waiting else "APPROVED"
