"""A git repository's objects and its remote, as the port has them. Never a work tree but an exported one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flakebot.adapters.git.checkout import find_checkout, resolve
from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.commit_object import committed_at
from flakebot.adapters.git.environment import Remote
from flakebot.adapters.git.reading import ObjectReader
from flakebot.adapters.git.remote import RemoteBranches, head_into
from flakebot.adapters.git.scratch import export_commit, record_files
from flakebot.adapters.git.writing import ObjectWriter
from flakebot.errors import MisuseError
from flakebot.model import Branch, Commit, Person, Sha, Token, TreeChange, TreeEntry
from flakebot.ports import Sign

FETCHED = "refs/flakebot/tip"
"""Where the tip of a branch is kept that was fetched by its name."""


def open_checkout(start: Path) -> GitRepository:
    """Open the repository that a folder is in, to read from it; it has no remote.

    Raises `MisuseError` when the folder is in no repository, or in one that cannot be read.
    """
    checkout = find_checkout(start)
    return GitRepository(checkout.git, objects=checkout.objects)


@contextmanager
def open_remote(url: str, token: Token | None = None) -> Iterator[GitRepository]:
    """Open an empty repository that fetches from and pushes to ``url``, and is gone at the end."""
    remote = Remote(url=url, token=token)
    with tempfile.TemporaryDirectory(prefix="flakebot-git-") as folder:
        git = GitCommands(Path(folder))
        git.init("--quiet", "--bare", "--template=", ".")
        yield GitRepository(git, objects=Path(folder) / "objects", remote=remote)


class GitRepository:
    """One repository for one command; see `flakebot.ports.Repository` for what each call promises."""

    def __init__(self, git: GitCommands, *, objects: Path, remote: Remote | None = None) -> None:
        self._git = git
        self._objects = objects
        self._reader = ObjectReader(git)
        self._writer = ObjectWriter(git, self._reader)
        self._branches = RemoteBranches(git, remote) if remote else None

    def resolve(self, revision: str) -> Sha:
        """Return the commit that a revision names; a branch is the checkout's, as it was fetched last."""
        return resolve(self._git, revision)

    def commit(self, sha: Sha) -> Commit:
        """Return one commit, taken apart."""
        return self._reader.commit(sha)

    def committed_at(self, sha: Sha) -> datetime:
        """Return when a commit says that it was committed, in UTC."""
        return committed_at(self._reader.commit(sha))

    def commits_between(self, base: Sha, head: Sha) -> tuple[Commit, ...]:
        """Return the commits reachable from head and not from base, oldest first."""
        return self._reader.commits_between(base, head)

    def merge_base(self, one: Sha, other: Sha) -> Sha:
        """Return the one best common ancestor; several or none is an error."""
        return self._reader.merge_base(one, other)

    def changes(self, old: Sha, new: Sha) -> tuple[TreeChange, ...]:
        """Return the raw differences between the trees of two commits, without rename detection."""
        return self._reader.changes(old, new)

    def entry(self, commit: Sha, path: str) -> TreeEntry | None:
        """Return what stands at a path of a commit's tree."""
        return self._reader.entry(commit, path)

    def files_named(self, commit: Sha, name: str) -> tuple[str, ...]:
        """Return the paths of all plain files of that name in a commit's tree, in the order of their paths."""
        return self._reader.files_named(commit, name)

    def content(self, commit: Sha, path: str) -> bytes | None:
        """Return the bytes of a blob at a path of a commit's tree; None when nothing stands there."""
        return self._reader.content(commit, path)

    def export(self, commit: Sha, folder: Path) -> None:
        """Write the commit's tree into an empty folder, as a repository of its own with one commit."""
        export_commit(self._reader.commit(commit), folder, source=self._objects)

    def record(self, folder: Path, paths: tuple[str, ...]) -> Sha:
        """Commit some files of an exported folder there, so that Nix sees a clean tree, and return the tree."""
        return record_files(folder, paths)

    def tree_with(self, commit: Sha, files: Mapping[str, bytes]) -> Sha:
        """Return the commit's tree with some blobs replaced (or added)."""
        return self._writer.tree_with(commit, files)

    def write_commit(self, *, tree: Sha, parent: Sha, author: Person, when: datetime, message: str, sign: Sign) -> Sha:
        """Write a signed commit whose author is also its committer."""
        return self._writer.write_commit(tree=tree, parent=parent, author=author, when=when, message=message, sign=sign)

    def fetch(self, commits: tuple[Sha, ...], *, depth: int) -> None:
        """Bring commits of the remote here, by their names, with so many generations of history."""
        self._remote.fetch(commits, depth=depth)

    def fetch_tip(self, branch: Branch, commits: tuple[Sha, ...], *, depth: int) -> Sha:
        """Bring a branch's tip and further commits here, each with so many generations, and return the tip."""
        with self.fetching_tip(branch, commits, depth=depth) as arrive:
            return arrive()

    @contextmanager
    def fetching_tip(self, branch: Branch, commits: tuple[Sha, ...], *, depth: int) -> Iterator[Callable[[], Sha]]:
        """Begin what `fetch_tip` does, and go on meanwhile; what is yielded waits for the tip."""

        def arrive() -> Sha:
            arrive_all()
            return self.resolve(FETCHED)

        with self._remote.fetching((head_into(branch, FETCHED), *commits), depth=depth) as arrive_all:
            yield arrive

    def remote_heads(self, branches: tuple[Branch, ...]) -> Mapping[Branch, Sha]:
        """Return where branches of the remote stand; one that does not exist is missing."""
        return self._remote.heads(branches)

    def push(self, sha: Sha, branch: Branch, *, expected: Sha | None) -> None:
        """Move a remote branch to a commit, only from where it is expected to stand (None: not to exist)."""
        self._remote.push(sha, branch, expected=expected)

    def delete_branch(self, branch: Branch, *, expected: Sha) -> None:
        """Delete a remote branch, only while it stands where it is expected to; gone already is fine."""
        self._remote.delete(branch, expected=expected)

    @property
    def _remote(self) -> RemoteBranches:
        if self._branches is None:
            raise MisuseError("this command speaks with no remote", advice="Give the repository and its token.")
        return self._branches
