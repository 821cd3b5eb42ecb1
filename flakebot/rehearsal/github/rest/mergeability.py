"""Whether a pull request could be merged as far as git is concerned: unknown at first, then computed."""

from __future__ import annotations

from flakebot.rehearsal.github.git.commits import Stamp
from flakebot.rehearsal.github.git.merges import merged_tree, write_commit
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.judgment.merging import mergeable_state
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.world import present


def shown_mergeability(hub: Hub, repository: Repository, pull: PullRequest) -> tuple[bool | None, str]:
    """Return ``mergeable`` and ``mergeable_state``: null and unknown when asked for the first time."""
    mergeable = _known(repository, pull)
    return mergeable, mergeable_state(hub, repository, pull, mergeable=mergeable)


def _known(repository: Repository, pull: PullRequest) -> bool | None:
    base = repository.store.branch(pull.base_branch)
    if not pull.is_open or base is None:
        return None
    if pull.computed_for == (pull.head_sha, base):
        return pull.merge_commit is not None
    pull.computed_for = (pull.head_sha, base)
    tree = merged_tree(repository.store, base, pull.head_sha)
    pull.merge_commit = None
    if tree is not None:
        stamp = Stamp(name="GitHub", email="noreply@github.com", when=present())
        pull.merge_commit = write_commit(
            repository.store,
            tree=tree,
            parents=(base, pull.head_sha),
            author=stamp,
            committer=stamp,
            message=f"Merge {pull.head_sha} into {base}",
        )
        repository.store.update_ref(f"refs/pull/{pull.number}/merge", pull.merge_commit)
    return None
