"""What follows when a branch moves, whoever moved it. Never moves one itself."""

from __future__ import annotations

from datetime import datetime

from flakebot.model import Sha
from flakebot.rehearsal.github.events.pulls import close_pull, push_head
from flakebot.rehearsal.github.git.store import ZERO
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.activity import Activity
from flakebot.rehearsal.github.state.pulls import Merge
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.world import present


def branch_moved(
    hub: Hub, repository: Repository, branch: str, tip: Sha | None, pusher: Account, *, at: datetime | None = None
) -> None:
    """Remember the move, and bring the pull requests from and onto the branch up to date.

    No tip stands for a deleted branch; it happens now unless somebody tells of the past.
    """
    repository.pushed_at = present()
    _remember(hub, repository, branch, tip or ZERO, pusher, at or present())
    for base, pull in hub.world.pulls_from(repository, branch):
        if tip is None:
            close_pull(pull)
        elif tip != pull.head_sha:
            push_head(hub, base, pull, tip, pusher)
    if tip is not None:
        _notice_merges(repository, branch, tip, pusher)


def _remember(hub: Hub, repository: Repository, branch: str, tip: Sha, pusher: Account, at: datetime) -> None:
    ref = f"refs/heads/{branch}"
    before = next((move.after for move in reversed(repository.activity) if move.ref == ref), ZERO)
    kind = _kind(repository, before, tip)
    move = Activity(id=hub.world.next_id(), ref=ref, before=before, after=tip, at=at, actor=pusher, kind=kind)
    repository.activity.append(move)


def _kind(repository: Repository, before: Sha, tip: Sha) -> str:
    if ZERO in {before, tip}:
        return "branch_deletion" if tip == ZERO else "branch_creation"
    return "push" if repository.store.is_ancestor(before, tip) else "force_push"


def _notice_merges(repository: Repository, branch: str, tip: Sha, pusher: Account) -> None:
    """Count a pull request as merged whose head has become part of its base."""
    for pull in repository.open_pulls():
        if pull.base_branch == branch and repository.store.is_ancestor(pull.head_sha, tip):
            pull.merge = Merge(sha=tip, by=pusher, at=present())
            pull.merge_commit = tip
            close_pull(pull)
