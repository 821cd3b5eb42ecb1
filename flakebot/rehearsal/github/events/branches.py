"""What follows when a branch moves, whoever moved it. Never moves one itself."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.events.pulls import close_pull, push_head
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import Merge
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.world import present


def branch_moved(hub: Hub, repository: Repository, branch: str, tip: Sha | None, pusher: Account) -> None:
    """Bring the pull requests from and onto a branch up to date; None stands for a deleted branch."""
    repository.pushed_at = present()
    for base, pull in hub.world.pulls_from(repository, branch):
        if tip is None:
            close_pull(pull)
        elif tip != pull.head_sha:
            push_head(hub, base, pull, tip, pusher)
    if tip is not None:
        _notice_merges(repository, branch, tip, pusher)


def _notice_merges(repository: Repository, branch: str, tip: Sha, pusher: Account) -> None:
    """Count a pull request as merged whose head has become part of its base."""
    for pull in repository.open_pulls():
        if pull.base_branch == branch and repository.store.is_ancestor(pull.head_sha, tip):
            pull.merge = Merge(sha=tip, by=pusher, at=present())
            pull.merge_commit = tip
            close_pull(pull)
