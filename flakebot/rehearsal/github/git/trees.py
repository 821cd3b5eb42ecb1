"""The entries of a tree. Runs git, changes nothing."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.git.process import output


class TreeItem(Struct, frozen=True, kw_only=True):
    """An entry of a tree; ``size`` is None for everything but a blob."""

    path: str
    mode: str
    kind: str
    sha: Sha
    size: int | None


def tree_items(folder: Path, treeish: str, *, recursive: bool) -> tuple[TreeItem, ...]:
    """List a tree, or everything below it."""
    options = ("-r", "-t") if recursive else ()
    listing = output(folder, "ls-tree", "-z", "-l", *options, treeish)
    return tuple(_tree_item(line) for line in listing.decode(errors="surrogateescape").split("\0") if line)


def _tree_item(line: str) -> TreeItem:
    facts, _, path = line.partition("\t")
    mode, kind, sha, size = facts.split()
    return TreeItem(path=path, mode=mode, kind=kind, sha=Sha(sha), size=None if size == "-" else int(size))
