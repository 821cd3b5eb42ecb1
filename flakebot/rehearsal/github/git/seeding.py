"""Writing a commit straight into a bare repository, as a rehearsal's script does. No push, no judgment."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import Sign, Stamp
from flakebot.rehearsal.github.git.merges import write_commit
from flakebot.rehearsal.github.git.process import output
from flakebot.rehearsal.github.git.store import Store


class File(Struct, frozen=True, kw_only=True):
    """A file's content with git's mode: ``100644``, ``100755`` or ``120000`` for a symlink."""

    content: bytes
    mode: str = "100644"


Content = File | bytes | str | None
"""What a path is to hold; None removes it."""


class Draft(Struct, frozen=True, kw_only=True):
    """A commit to be made upon ``parent``; None begins a history."""

    files: Mapping[str, Content]
    message: str
    author: Stamp
    parent: Sha | None
    sign: Sign | None = None


def write_draft(store: Store, draft: Draft) -> Sha:
    """Write the commit and return it; no ref moves."""
    parents = () if draft.parent is None else (draft.parent,)
    return write_commit(
        store,
        tree=_tree(store, draft),
        parents=parents,
        author=draft.author,
        committer=draft.author,
        message=draft.message,
        sign=draft.sign,
    )


def _tree(store: Store, draft: Draft) -> Sha:
    """Build the tree in an index of its own, from the parent's."""
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        environment = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        if draft.parent is not None:
            output(store.folder, "read-tree", draft.parent, environment=environment)
        lines = b"".join(_index_line(store, path, content) for path, content in draft.files.items())
        output(store.folder, "update-index", "-z", "--index-info", given=lines, environment=environment)
        return Sha(output(store.folder, "write-tree", environment=environment).decode().strip())


def _index_line(store: Store, path: str, content: Content) -> bytes:
    match content:
        case None:
            return f"0 {'0' * 40}\t{path}\0".encode()
        case File():
            return f"{content.mode} {store.write('blob', content.content)}\t{path}\0".encode()
        case bytes():
            return _index_line(store, path, File(content=content))
        case str():
            return _index_line(store, path, File(content=content.encode()))
