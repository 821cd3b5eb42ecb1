"""A repository and its remote: what a command may ask of git. Declarations only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flakebot.model import Branch, Commit, Person, Sha, TreeChange, TreeEntry

Sign = Callable[[bytes], str]
"""Takes a commit's bytes, returns an armoured detached signature."""


class Repository(Protocol):
    """A git repository's objects and its remote. Never its work tree, and never another branch than the one named.

    Every call raises `UnavailableError` when git or the remote fails and `MisuseError` when an object that was
    named is not there.
    """

    def resolve(self, revision: str) -> Sha:
        """Return the commit that a revision names."""

    def commit(self, sha: Sha) -> Commit:
        """Return one commit, taken apart."""

    def committed_at(self, sha: Sha) -> datetime:
        """Return when a commit says that it was committed, in UTC."""

    def commits_between(self, base: Sha, head: Sha) -> tuple[Commit, ...]:
        """Return the commits reachable from head and not from base, oldest first."""

    def merge_base(self, one: Sha, other: Sha) -> Sha:
        """Return the one best common ancestor; several or none is an error."""

    def changes(self, old: Sha, new: Sha) -> tuple[TreeChange, ...]:
        """Return the raw differences between the trees of two commits, without rename detection."""

    def entry(self, commit: Sha, path: str) -> TreeEntry | None:
        """Return what stands at a path of a commit's tree."""

    def content(self, commit: Sha, path: str) -> bytes | None:
        """Return the bytes of a blob at a path of a commit's tree; None when nothing stands there."""

    def files_named(self, commit: Sha, name: str) -> tuple[str, ...]:
        """Return the paths of all plain files of that name in a commit's tree, in the order of their paths."""

    def export(self, commit: Sha, folder: Path) -> None:
        """Write the commit's tree into an empty folder, as a repository of its own with one commit."""

    def record(self, folder: Path, paths: tuple[str, ...]) -> Sha:
        """Commit some files of an exported folder there, so that Nix sees a clean tree, and return the tree."""

    def tree_with(self, commit: Sha, files: Mapping[str, bytes]) -> Sha:
        """Return the commit's tree with some blobs replaced (or added), written to the object database."""

    def write_commit(self, *, tree: Sha, parent: Sha, author: Person, when: datetime, message: str, sign: Sign) -> Sha:
        """Write a commit object whose author is also its committer, signed by what ``sign`` returns for its bytes."""

    def fetch(self, commits: tuple[Sha, ...], *, depth: int) -> None:
        """Bring commits of the remote here, by their names, with so many generations of history."""

    def fetch_tip(self, branch: Branch, commits: tuple[Sha, ...], *, depth: int) -> Sha:
        """Bring a branch's tip and further commits here, each with so many generations, and return the tip.

        Raises `MisuseError` when the remote has no such branch.
        """

    def remote_heads(self, branches: tuple[Branch, ...]) -> Mapping[Branch, Sha]:
        """Return where branches of the remote stand; one that does not exist is missing."""

    def push(self, sha: Sha, branch: Branch, *, expected: Sha | None) -> None:
        """Move a remote branch to a commit, only from where it is expected to stand (None: not to exist).

        Raises `HeadMovedError` when it stands elsewhere, `RefusedError` with the server's words when it declines.
        """

    def delete_branch(self, branch: Branch, *, expected: Sha) -> None:
        """Delete a remote branch, only while it stands where it is expected to; gone already is fine."""
