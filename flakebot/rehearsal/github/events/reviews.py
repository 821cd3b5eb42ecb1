"""Giving a review, through REST and GraphQL alike. Refuses what GitHub refuses."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.events.pulls import require_open
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import unprocessable
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import PullRequest, Review, ReviewVerdict
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.world import ACTIONS_LOGIN, present

_OWN = {
    ReviewVerdict.APPROVED: "Review Can not approve your own pull request",
    ReviewVerdict.CHANGES_REQUESTED: "Review Can not request changes on your own pull request",
}
_NEEDS_BODY = {ReviewVerdict.CHANGES_REQUESTED, ReviewVerdict.COMMENTED}


class GivenReview(Struct, frozen=True, kw_only=True):
    """A review as its author gives it; ``sha`` is None for the head, whatever it is."""

    author: Account
    verdict: ReviewVerdict
    body: str
    sha: Sha | None


def give_review(hub: Hub, repository: Repository, pull: PullRequest, given: GivenReview) -> Review:
    """Record a review. Raises `RefusalError` for one's own, for an unknown commit and for the Actions token."""
    require_open(pull)
    _refuse(repository, pull, given)
    review = Review(
        id=hub.world.next_id(),
        author=given.author,
        verdict=given.verdict,
        body=given.body,
        sha=_reviewed_commit(repository, pull, given.sha),
        submitted_at=present(),
    )
    pull.reviews.append(review)
    pull.requested_reviewers = [account for account in pull.requested_reviewers if account is not given.author]
    pull.updated_at = review.submitted_at
    return review


def _refuse(repository: Repository, pull: PullRequest, given: GivenReview) -> None:
    if given.author is pull.author and given.verdict in _OWN:
        raise unprocessable(_OWN[given.verdict])
    is_approval = given.verdict is ReviewVerdict.APPROVED
    if is_approval and given.author.login == ACTIONS_LOGIN and not repository.settings.actions_may_approve:
        raise unprocessable("GitHub Actions is not permitted to approve pull requests.")
    if given.verdict in _NEEDS_BODY and not given.body:
        raise unprocessable("Review body can't be blank")


def _reviewed_commit(repository: Repository, pull: PullRequest, sha: Sha | None) -> Sha:
    """Return the commit, which must be one of the pull request's, the head or an older one."""
    if sha is None or sha == pull.head_sha:
        return pull.head_sha
    found = repository.store.resolve(sha)
    if found is None or not repository.store.is_ancestor(found, pull.head_sha):
        raise unprocessable("Commit is not part of the pull request")
    return found
