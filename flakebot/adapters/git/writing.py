"""Write trees and commits straight into the object database. Never through a work tree, never more than one path."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.commit_object import commit_payload, with_signature
from flakebot.adapters.git.reading import ObjectReader
from flakebot.errors import RefusedError
from flakebot.model import REGULAR_FILE, Person, Sha, TreeEntry
from flakebot.ports import Sign


class ObjectWriter:
    """Adds objects to a repository; no name points at them until they are pushed."""

    def __init__(self, git: GitCommands, reader: ObjectReader) -> None:
        self._git = git
        self._reader = reader

    def tree_with(self, commit: Sha, files: Mapping[str, bytes]) -> Sha:
        """Return the commit's tree with some blobs replaced (or added) as plain files."""
        for path in files:
            require_replaceable(path, self._reader.entry(commit, path))
        entries = [f"{REGULAR_FILE},{self._written('blob', content)},{path}" for path, content in files.items()]
        with tempfile.TemporaryDirectory(prefix="flakebot-index-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._git.read_tree(commit, env=index)
            self._git.update_index("--add", *(word for entry in entries for word in ("--cacheinfo", entry)), env=index)
            tree: bytes = self._git.write_tree(env=index)
        return Sha(tree.decode("ascii").strip())

    def write_commit(self, *, tree: Sha, parent: Sha, author: Person, when: datetime, message: str, sign: Sign) -> Sha:
        """Write a signed commit of one parent whose author is also its committer."""
        payload = commit_payload(
            tree=tree, parents=(parent,), author=author, committer=author, when=when, message=message
        )
        return self._written("commit", with_signature(payload, sign(payload)))

    def _written(self, kind: str, content: bytes) -> Sha:
        return write_object(self._git, kind, content)


def write_object(git: GitCommands, kind: str, content: bytes) -> Sha:
    """Write one object as it is, without filters, and return its name. git refuses a malformed one."""
    name: bytes = git.hash_object("-t", kind, "-w", "--stdin", "--no-filters", istream=content)
    return Sha(name.decode("ascii").strip())


def require_replaceable(path: str, entry: TreeEntry | None) -> None:
    """Refuse to put a file where something else than a plain one stands."""
    if entry is not None and entry.mode != REGULAR_FILE:
        raise RefusedError(
            f"{path} has mode {entry.mode}, expected {REGULAR_FILE}: a plain file, no link, folder or program",
            advice=f"Commit {path} as a plain file on the base branch.",
        )
