"""Merging a pull request, refused where GitHub refuses it. Signs as GitHub what GitHub would sign."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.events.branches import branch_moved
from flakebot.rehearsal.github.events.pulls import close_pull
from flakebot.rehearsal.github.git.commits import Stamp
from flakebot.rehearsal.github.git.merges import merged_tree, rebased, write_commit
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.judgment.merging import obstacles, rules_for
from flakebot.rehearsal.github.refusals import RefusalError, rule_violations
from flakebot.rehearsal.github.signing.web_flow import sign_as_github
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import Merge, PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import MergeMethod, RuleSource
from flakebot.rehearsal.github.state.world import present

HEAD_MODIFIED = "Head branch was modified. Review and try the merge again."
BASE_MODIFIED = "Base branch was modified. Review and try the merge again."
NOT_MERGEABLE = "Pull Request is not mergeable"
_METHODS = {
    MergeMethod.MERGE: "Merge commits are",
    MergeMethod.SQUASH: "Squash merges are",
    MergeMethod.REBASE: "Rebase merges are",
}


class MergeOrder(Struct, frozen=True, kw_only=True):
    """Who wants a pull request merged, how, at which head (any when None) and with which words."""

    by: Account
    method: MergeMethod = MergeMethod.MERGE
    expected_head: Sha | None = None
    title: str | None = None
    message: str | None = None


def merge_pull(hub: Hub, repository: Repository, pull: PullRequest, order: MergeOrder) -> Sha:
    """Merge and return the commit that the base is at then. Raises `RefusalError`, in GitHub's words."""
    _refuse_unmergeable(repository, pull, order)
    refuse_obstacles(hub, repository, pull, order)
    base = repository.store.branch(pull.base_branch)
    merged = None if base is None else _merged_commit(hub, repository, pull, order, base)
    if base is None or merged is None:
        raise RefusalError(405, NOT_MERGEABLE)
    if not repository.store.update_ref(f"refs/heads/{pull.base_branch}", merged, base):
        raise RefusalError(405, BASE_MODIFIED)
    _conclude(hub, repository, pull, order, merged)
    return merged


def _refuse_unmergeable(repository: Repository, pull: PullRequest, order: MergeOrder) -> None:
    if not pull.is_open or pull.is_draft:
        raise RefusalError(405, NOT_MERGEABLE)
    if order.expected_head not in {None, pull.head_sha}:
        raise RefusalError(409, HEAD_MODIFIED)
    allowed = [repository.settings.merge_methods]
    allowed += [rules.merge_methods for rules in rules_for(repository, pull.base_branch, order.by)]
    if not all(order.method in methods for methods in allowed):
        raise RefusalError(405, f"{_METHODS[order.method]} not allowed on this repository.")


def refuse_obstacles(hub: Hub, repository: Repository, pull: PullRequest, order: MergeOrder) -> None:
    """Refuse what the rules forbid: classic protection says its first reason, a ruleset all of them."""
    for rules in rules_for(repository, pull.base_branch, order.by):
        reasons = obstacles(hub, repository, pull, rules, order.method)
        match rules.source:
            case RuleSource.CLASSIC if reasons:
                raise RefusalError(405, reasons[0])
            case RuleSource.RULESET if reasons:
                raise rule_violations(reasons)
            case _:
                pass


def _merged_commit(hub: Hub, repository: Repository, pull: PullRequest, order: MergeOrder, base: Sha) -> Sha | None:
    store = repository.store
    github = Stamp(name="GitHub", email="noreply@github.com", when=present())
    by = Stamp(name=order.by.name or order.by.login, email=order.by.public_email, when=github.when)
    if order.method is MergeMethod.REBASE:
        return rebased(store, base, pull.head_sha, by)
    tree = merged_tree(store, base, pull.head_sha)
    if tree is None:
        return None
    is_merge = order.method is MergeMethod.MERGE
    return write_commit(
        store,
        tree=tree,
        parents=(base, pull.head_sha) if is_merge else (base,),
        author=by if is_merge else store.commit(pull.head_sha).author,
        committer=github,
        message=_message(pull, order),
        sign=lambda payload: sign_as_github(hub.world, payload),
    )


def _message(pull: PullRequest, order: MergeOrder) -> str:
    source = f"{pull.head_repository.owner.login}/{pull.head_branch}"
    squashed = order.method is MergeMethod.SQUASH
    title = f"{pull.title} (#{pull.number})" if squashed else f"Merge pull request #{pull.number} from {source}"
    body = (pull.body or "") if squashed else pull.title
    chosen_body = body if order.message is None else order.message
    return f"{order.title or title}\n\n{chosen_body}".rstrip("\n")


def _conclude(hub: Hub, repository: Repository, pull: PullRequest, order: MergeOrder, merged: Sha) -> None:
    pull.merge = Merge(sha=merged, by=order.by, at=present())
    pull.merge_commit = merged
    close_pull(pull)
    branch_moved(hub, repository, pull.base_branch, merged, order.by)
    if repository.settings.deletes_merged_branches:
        pull.head_repository.store.delete_ref(f"refs/heads/{pull.head_branch}")
