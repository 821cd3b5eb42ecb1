"""Which reviews count, and whose are missing. Pure on the world's values; never changes them."""

from __future__ import annotations

from flakebot.rehearsal.github.judgment.codeowners import LOCATIONS, SIZE_LIMIT, CodeOwners, parse_codeowners
from flakebot.rehearsal.github.state.accounts import Account, AccountKind
from flakebot.rehearsal.github.state.pulls import PullRequest, Review, ReviewVerdict
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role

_VERDICTS = {ReviewVerdict.APPROVED, ReviewVerdict.CHANGES_REQUESTED, ReviewVerdict.DISMISSED}


def standing_reviews(repository: Repository, pull: PullRequest) -> tuple[Review, ...]:
    """Return each reviewer's latest verdict, of those who have write access; nobody reviews their own."""
    latest = {review.author.login: review for review in pull.reviews if review.verdict in _VERDICTS}
    return tuple(
        review
        for review in latest.values()
        if repository.role(review.author) >= Role.WRITE and review.author is not pull.author
    )


def approvals(repository: Repository, pull: PullRequest) -> tuple[Review, ...]:
    """Return the approvals that count, also of an older commit when they were not dismissed."""
    return tuple(review for review in standing_reviews(repository, pull) if review.verdict is ReviewVerdict.APPROVED)


def code_owners(repository: Repository, branch: str) -> tuple[str, CodeOwners] | None:
    """Return where a branch keeps its CODEOWNERS and what it says, or None without one."""
    for location in LOCATIONS:
        content = repository.store.blob(f"refs/heads/{branch}:{location}")
        if content is not None:
            text = content.decode(errors="replace") if len(content) < SIZE_LIMIT else ""
            return location, parse_codeowners(text, lambda name: _may_own(repository, name))
    return None


def missing_owners(repository: Repository, pull: PullRequest) -> tuple[str, ...]:
    """Return the owners, for each owned file that none of its owners has approved; without repetition."""
    found = code_owners(repository, pull.base_branch)
    if found is None:
        return ()
    _, rules = found
    approvers = {review.author.login.lower() for review in approvals(repository, pull)}
    changed = repository.store.changes(pull.fork_point, pull.head_sha)
    owners_of_files = (rules.owners(change.path) for change in changed)
    waiting = [owners for owners in owners_of_files if owners and not approvers & {_login(name) for name in owners}]
    return tuple(dict.fromkeys(name.removeprefix("@") for owners in waiting for name in owners))


def _may_own(repository: Repository, name: str) -> bool:
    account = _named(repository, name)
    is_person = account is not None and account.kind is AccountKind.USER
    return account is not None and is_person and repository.role(account) >= Role.WRITE


def _named(repository: Repository, name: str) -> Account | None:
    people = (repository.owner, *repository.collaborators)
    return next((account for account in people if _is_named(account, name)), None)


def _is_named(account: Account, name: str) -> bool:
    if name.startswith("@"):
        return account.login.lower() == _login(name)
    return account.email(name) is not None


def _login(name: str) -> str:
    return name.removeprefix("@").lower()
