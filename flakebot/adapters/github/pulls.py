"""From the shapes of pull requests and reviews to values. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

from flakebot.adapters.github.shapes import GHOST, Account, ListedAnswer, PullRequestAnswer, ReviewAnswer
from flakebot.model import ListedPullRequest, Login, PullRequest, Review, ReviewState, Sha

NO_COMMIT = Sha("0" * 40)
"""The commit of a review that names none; it equals no head."""


def login_of(account: Account | None) -> Login:
    """Return an account's login; GitHub shows ghost for one that was deleted."""
    return account.login if account is not None else GHOST


def listed_pull_request_of(answer: ListedAnswer) -> ListedPullRequest:
    """Return a pull request of a list."""
    return ListedPullRequest(
        number=answer.number,
        url=answer.html_url,
        is_open=answer.state == "open",
        is_merged=answer.merged_at is not None,
        title=answer.title,
        body=answer.body or "",
        author=login_of(answer.user),
        base_branch=answer.base.ref,
        head_branch=answer.head.ref,
        head_sha=answer.head.sha,
        head_repository=answer.head.repo.full_name if answer.head.repo is not None else None,
        labels=tuple(label.name for label in answer.labels),
    )


def pull_request_of(answer: PullRequestAnswer) -> PullRequest:
    """Return the pull request that GitHub showed."""
    return PullRequest(
        number=answer.number,
        url=answer.html_url,
        node_id=answer.node_id,
        is_open=answer.state == "open",
        is_merged=answer.merged,
        is_draft=answer.draft,
        has_auto_merge=answer.auto_merge is not None,
        title=answer.title,
        body=answer.body or "",
        author=login_of(answer.user),
        base_branch=answer.base.ref,
        base_sha=answer.base.sha,
        head_branch=answer.head.ref,
        head_sha=answer.head.sha,
        head_repository=answer.head.repo.full_name if answer.head.repo is not None else None,
        labels=tuple(label.name for label in answer.labels),
        changed_files=answer.changed_files,
        commits=answer.commits,
        comments=answer.comments,
    )


def submitted(answers: Iterable[ReviewAnswer]) -> tuple[Review, ...]:
    """Return the reviews that count; one's own review that is not yet submitted shows up as pending."""
    return tuple(
        Review(
            reviewer=login_of(answer.user),
            state=ReviewState(answer.state),
            sha=answer.commit_id if answer.commit_id is not None else NO_COMMIT,
        )
        for answer in answers
        if answer.state != "PENDING"
    )
