"""The life of a pull request: opened, pushed to, closed, reopened. Never merged here."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model import Branch, Sha
from flakebot.rehearsal.github.events.workflows import start_workflow
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import RefusalError, custom, invalid, validation_failed
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import PullRequest, ReviewVerdict
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.world import present

BODY_LIMIT = 65536


class Proposal(Struct, frozen=True, kw_only=True):
    """What somebody wants to open."""

    author: Account
    title: str
    body: str | None
    base: Branch
    head_repository: Repository
    head: Branch
    is_draft: bool = False


def open_pull(hub: Hub, repository: Repository, proposal: Proposal) -> PullRequest:
    """Open a pull request. Raises `RefusalError` as GitHub does when there is nothing to open."""
    base, head, fork_point = _ends(repository, proposal)
    pull = PullRequest(
        id=hub.world.next_id(),
        number=len(repository.pulls) + 1,
        author=proposal.author,
        title=proposal.title,
        body=checked_body(proposal.body),
        is_draft=proposal.is_draft,
        base_branch=proposal.base,
        base_sha=base,
        fork_point=fork_point,
        head_repository=proposal.head_repository,
        head_branch=proposal.head,
        head_sha=head,
        last_pusher=proposal.author,
        created_at=present(),
        updated_at=present(),
    )
    repository.pulls[pull.number] = pull
    repository.store.update_ref(f"refs/pull/{pull.number}/head", head)
    start_workflow(hub, repository, pull)
    return pull


def checked_body(body: str | None) -> str | None:
    """Return a body, or refuse one that is longer than GitHub keeps."""
    if body is not None and len(body) > BODY_LIMIT:
        too_long = f"body is too long (maximum is {BODY_LIMIT} characters)"
        raise validation_failed(custom("Issue", too_long) | {"field": "body"})
    return body


def _ends(repository: Repository, proposal: Proposal) -> tuple[Sha, Sha, Sha]:
    base = repository.store.branch(proposal.base)
    head = proposal.head_repository.store.branch(proposal.head)
    if base is None:
        raise validation_failed(invalid("PullRequest", "base"))
    if head is None:
        raise validation_failed(invalid("PullRequest", "head"))
    label = f"{proposal.head_repository.owner.login}:{proposal.head}"
    if _open_between(repository, proposal) is not None:
        raise validation_failed(custom("PullRequest", f"A pull request already exists for {label}."))
    fork_point = repository.store.merge_base(base, head)
    if fork_point is None:
        words = f"The {proposal.head} branch has no history in common with {proposal.base}"
        raise validation_failed(custom("PullRequest", words))
    if fork_point == head:
        shown = proposal.head if proposal.head_repository is repository else label
        raise validation_failed(custom("PullRequest", f"No commits between {proposal.base} and {shown}"))
    return base, head, fork_point


def _open_between(repository: Repository, proposal: Proposal) -> PullRequest | None:
    return next(
        (
            pull
            for pull in repository.open_pulls()
            if pull.head_repository is proposal.head_repository
            and (pull.head_branch, pull.base_branch) == (proposal.head, proposal.base)
        ),
        None,
    )


def push_head(hub: Hub, repository: Repository, pull: PullRequest, head: Sha, pusher: Account) -> None:
    """Take note that the head moved: stale approvals go if the rules say so, and CI starts again."""
    base = repository.store.branch(pull.base_branch) or pull.base_sha
    pull.head_sha, pull.base_sha, pull.last_pusher, pull.updated_at = head, base, pusher, present()
    pull.fork_point = repository.store.merge_base(base, head) or pull.fork_point
    repository.store.update_ref(f"refs/pull/{pull.number}/head", head)
    if any(rules.dismisses_stale_reviews for rules in repository.protections(pull.base_branch)):
        dismiss_approvals(pull)
    start_workflow(hub, repository, pull)


def dismiss_approvals(pull: PullRequest) -> None:
    """Dismiss every approval."""
    for review in pull.reviews:
        if review.verdict is ReviewVerdict.APPROVED:
            review.verdict = ReviewVerdict.DISMISSED


def close_pull(pull: PullRequest) -> None:
    """Close a pull request unmerged; its standing order to merge ends with it."""
    pull.closed_at = pull.updated_at = present()
    pull.auto_merge = None


def reopen_pull(hub: Hub, repository: Repository, pull: PullRequest) -> None:
    """Open a closed pull request again. Raises `RefusalError` when it was merged or its branch is gone."""
    head = pull.head_repository.store.branch(pull.head_branch)
    if pull.merge is not None or head is None:
        reason = "state cannot be changed. The pull request cannot be reopened."
        raise validation_failed(custom("PullRequest", reason) | {"field": "state"})
    pull.closed_at = None
    if head == pull.head_sha:
        start_workflow(hub, repository, pull)
        return
    push_head(hub, repository, pull, head, pull.last_pusher)


def require_open(pull: PullRequest) -> None:
    """Refuse what only an open pull request can take part in."""
    if not pull.is_open:
        raise RefusalError(422, "Unprocessable Entity", errors=("Pull request is closed",))
