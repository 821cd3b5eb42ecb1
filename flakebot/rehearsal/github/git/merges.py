"""Merging without a work tree, the three ways GitHub does it. Returns objects, moves no ref."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import Sign, Stamp, commit_bytes
from flakebot.rehearsal.github.git.process import completed
from flakebot.rehearsal.github.git.store import Store


def merged_tree(store: Store, base: Sha, head: Sha) -> Sha | None:
    """Return the tree of a merge, or None when it conflicts."""
    result = completed(store.folder, "merge-tree", "--write-tree", "--allow-unrelated-histories", base, head)
    return Sha(result.stdout.decode().split("\n", maxsplit=1)[0]) if result.returncode == 0 else None


def write_commit(
    store: Store,
    *,
    tree: Sha,
    parents: tuple[Sha, ...],
    author: Stamp,
    committer: Stamp,
    message: str,
    sign: Sign | None = None,
) -> Sha:
    """Write a commit object."""
    content = commit_bytes(tree=tree, parents=parents, author=author, committer=committer, message=message, sign=sign)
    return store.write("commit", content)


def rebased(store: Store, base: Sha, head: Sha, committer: Stamp) -> Sha | None:
    """Replay the commits of head onto base, unsigned as GitHub does it, or return None on a conflict."""
    tip = base
    for sha in reversed(store.history("--no-merges", head, f"^{base}")):
        picked = _picked_tree(store, tip, sha)
        if picked is None:
            return None
        commit = store.commit(sha)
        tip = write_commit(
            store, tree=picked, parents=(tip,), author=commit.author, committer=committer, message=commit.message
        )
    return tip


def _picked_tree(store: Store, tip: Sha, sha: Sha) -> Sha | None:
    """Merge with the commit's parent as the base, by way of parentless copies: git 2.39 has no ``--merge-base``."""
    commit = store.commit(sha)
    stamp = commit.committer

    def copy(tree: Sha, *parents: Sha) -> Sha:
        return write_commit(store, tree=tree, parents=parents, author=stamp, committer=stamp, message="")

    root = copy(store.commit(commit.parents[0]).tree)
    return merged_tree(store, copy(store.commit(tip).tree, root), copy(commit.tree, root))
