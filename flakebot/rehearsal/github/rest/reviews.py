"""Reviews: given, listed, submitted, dismissed, requested. Refuses one's own approval, as GitHub does."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.events.reviews import GivenReview, give_review
from flakebot.rehearsal.github.http.answers import Answer, answer, created
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read, write
from flakebot.rehearsal.github.refusals import RefusalError, not_found, unprocessable
from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.pulls import pull
from flakebot.rehearsal.github.shapes.reviews import review
from flakebot.rehearsal.github.state.pulls import Review, ReviewVerdict
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission

_EVENTS = {
    "APPROVE": ReviewVerdict.APPROVED,
    "REQUEST_CHANGES": ReviewVerdict.CHANGES_REQUESTED,
    "COMMENT": ReviewVerdict.COMMENTED,
    None: ReviewVerdict.PENDING,
}


_NOT_COLLABORATOR = (
    "Reviews may only be requested from collaborators. One or more of the users or teams you specified "
    "is not a collaborator of the {repository} repository."
)


class NewReview(Input):
    """A review to give; without an event it stays pending."""

    event: str | None = None
    body: str | None = None
    commit_id: str | None = None


class Dismissal(Input):
    """Why a review is dismissed."""

    message: str


class Reviewers(Input):
    """Whose review is wanted."""

    reviewers: tuple[str, ...] = ()


def list_reviews(call: Call) -> Answer:
    """List the reviews, oldest first."""
    page = page_of(call, call.pull.reviews)
    return answer([review(call.repository, call.pull, given) for given in page.items], headers=page.headers)


def create_review(call: Call) -> Answer:
    """Give a review. GitHub answers 200, not 201."""
    wanted = call.input(NewReview)
    if wanted.event not in _EVENTS:
        raise unprocessable(f"Variable $event of type PullRequestReviewEvent was provided invalid value {wanted.event}")
    given = GivenReview(
        author=call.account,
        verdict=_EVENTS[wanted.event],
        body=wanted.body or "",
        sha=None if wanted.commit_id is None else Sha(wanted.commit_id),
    )
    return answer(review(call.repository, call.pull, give_review(call.hub, call.repository, call.pull, given)))


def show_review(call: Call) -> Answer:
    """Answer one review."""
    return answer(review(call.repository, call.pull, _review(call)))


def dismiss_review(call: Call) -> Answer:
    """Dismiss an approval or a request for changes."""
    call.input(Dismissal)
    given = _review(call)
    if given.verdict not in {ReviewVerdict.APPROVED, ReviewVerdict.CHANGES_REQUESTED}:
        raise unprocessable("Can not dismiss a commented pull request review")
    given.verdict = ReviewVerdict.DISMISSED
    return answer(review(call.repository, call.pull, given))


def _review(call: Call) -> Review:
    found = next((given for given in call.pull.reviews if given.id == int(call.path["review"])), None)
    if found is None:
        raise not_found()
    return found


def list_reviewers(call: Call) -> Answer:
    """List whose review has been asked for."""
    users = [simple_user(account) for account in call.pull.requested_reviewers]
    return answer({"users": users, "teams": []})


def request_reviewers(call: Call) -> Answer:
    """Ask for reviews; only of collaborators, never of the author."""
    for login in call.input(Reviewers).reviewers:
        account = call.hub.world.account(login)
        if account is call.pull.author:
            raise RefusalError(422, "Review cannot be requested from pull request author.")
        if account is None or call.repository.role(account) < Role.READ:
            raise RefusalError(422, _NOT_COLLABORATOR.format(repository=call.repository.full_name))
        if account not in call.pull.requested_reviewers:
            call.pull.requested_reviewers.append(account)
    return created(pull(call.repository, call.pull))


_READ = read(Permission.PULL_REQUESTS)
_REVIEW = write(Permission.PULL_REQUESTS, role=Role.READ)
_WRITE = write(Permission.PULL_REQUESTS)
ENDPOINTS = (
    in_repository("GET", "/pulls/{number:int}/reviews", list_reviews, _READ),
    in_repository("POST", "/pulls/{number:int}/reviews", create_review, _REVIEW),
    in_repository("GET", "/pulls/{number:int}/reviews/{review:int}", show_review, _READ),
    in_repository("PUT", "/pulls/{number:int}/reviews/{review:int}/dismissals", dismiss_review, _WRITE),
    in_repository("GET", "/pulls/{number:int}/requested_reviewers", list_reviewers, _READ),
    in_repository("POST", "/pulls/{number:int}/requested_reviewers", request_reviewers, _WRITE),
)
