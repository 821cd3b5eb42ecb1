"""What has to be true of a pull request before it is merged, whatever GitHub's rules say. Merges nothing."""

from __future__ import annotations

from flakebot.commands.roles import is_same
from flakebot.errors import HeadMovedError, MisuseError, RefusedError
from flakebot.model import Login, PullRequest, Review, ReviewState, Sha
from flakebot.settings.commands import MergeSettings
from flakebot.settings.file import CONFIGURATION


def require_own(pull_request: PullRequest, sha: Sha, author: Login, settings: MergeSettings) -> None:
    """Require that it is the author's, goes to the base branch, and still stands at the approved commit."""
    if not is_same(pull_request.author, author):
        raise RefusedError(
            f"{pull_request.url} was opened by {pull_request.author}, not by {author}",
            advice="flakebot merges only what it proposed.",
        )
    if pull_request.base_branch != settings.base_branch:
        raise RefusedError(
            f"{pull_request.url} goes to {pull_request.base_branch}, expected {settings.base_branch}",
            advice="Somebody changed the pull request's base; close it and let flakebot propose again.",
        )
    if pull_request.head_sha != sha:
        raise HeadMovedError(
            f"the head of {pull_request.url} is {pull_request.head_sha[:7]}, but {sha[:7]} was approved",
            advice="Nothing was merged. Find out who pushed; the next run judges the new head from the start.",
        )


def require_approval(pull_request: PullRequest, reviews: tuple[Review, ...], sha: Sha, settings: MergeSettings) -> None:
    """Require the approver's approval of this very commit, whether or not the branch's rules do.

    Whoever can read a repository can review there, so an approval counts for nothing until it is known whose it is.
    The approver is never the author: `require_author` has seen to that.
    """
    if settings.approver is None:
        raise MisuseError(
            "`approver` is not configured, so an approval by anybody would do",
            advice=f'Add approver = "…" with the account that approves to {CONFIGURATION}.',
        )
    latest: dict[str, Review] = {
        review.reviewer.lower(): review for review in reviews if review.state is not ReviewState.COMMENTED
    }
    approvers = [
        review.reviewer for review in latest.values() if review.state is ReviewState.APPROVED and review.sha == sha
    ]
    if not any(is_same(approver, settings.approver) for approver in approvers):
        raise MisuseError(
            f"{sha[:7]} has no approval by {settings.approver}",
            advice=f"Run `flakebot approve --pr {pull_request.number}` first.",
        )
