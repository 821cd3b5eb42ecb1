"""Who says what the inputs of an input are: its own lock, or the lock further up that covers it. No I/O.

When an input moves, Nix reads its flake.nix and takes what its own flake.lock says about its inputs, and about theirs.
Where that lock says nothing, or something else than the flake.nix, Nix resolves the input anew and reads *its* lock.
"""

from __future__ import annotations

import posixpath
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from flakebot.lock.document import LockDocument, LockError, parse
from flakebot.lock.node import Edge, Node, Path
from flakebot.lock.place import is_identical
from flakebot.model.provenance import Content, Fetched, Unknown
from flakebot.policy.provenance.flake_file import FlakeFile, flake_from
from flakebot.policy.provenance.inquiry import Inquiry
from flakebot.policy.provenance.sources import content_of

_OURS = Unknown(reason="it stands in a folder of this repository")
_OTHER = Unknown(reason="the content of its parent is not what is locked")
NO_FLAKE = Unknown(reason="the flake.nix of its parent is missing")


class Authority(Struct, frozen=True, kw_only=True):
    """A place in a lock: ``node`` of the lock of the input at ``prefix``. Without a node, there is no lock."""

    prefix: Path
    document: LockDocument | None = None
    node: Node | None = None

    def edge(self, name: str) -> Edge | None:
        """Return what the lock says an input is; None when it says nothing."""
        return None if self.node is None else self.node.inputs.get(name)

    def held(self, name: str) -> Node | None:
        """Return the node that the lock has for an input of its own; None when it has none."""
        edge = self.edge(name)
        return self.document.nodes[edge] if self.document is not None and isinstance(edge, str) else None

    def says(self, path: Path, node: Node) -> bool:
        """Whether the lock says exactly what the node of the input at a path says."""
        held = self.held(path[-1])
        if held is None or not is_declared_alike(held, node) or not is_identical(held.locked, node.locked):
            return False
        if held.parent is None:  # written by a Nix before 2.26, where a folder is one of the input above
            return node.parent in {None, path[:-1]}
        return node.parent == (*self.prefix, *held.parent)


def is_declared_alike(one: Node, other: Node) -> bool:
    """Whether two nodes ask for the same, both as a flake or both not."""
    return one.is_flake == other.is_flake and is_identical(one.original, other.original)


class Lineage:
    """Finds, for the inputs of a new lock, who decided about them. Looks each up once."""

    def __init__(self, new: LockDocument, inquiry: Inquiry) -> None:
        self._new = new
        self._inquiry = inquiry
        self._authorities: dict[Path, Authority | Unknown] = {}
        self._flakes: dict[Path, FlakeFile | Unknown] = {}

    def node(self, path: Path) -> Node | None:
        """Return the node of its own that an input has, None when it has none."""
        node = self._new.nodes[self._new.root]
        for name in path:
            edge = node.inputs.get(name)
            if not isinstance(edge, str):
                return None
            node = self._new.nodes[edge]
        return node

    def over_inputs_of(self, path: Path) -> Authority | Unknown:
        """Return who decides about the inputs of the input at a path, which has a node of its own."""
        if path not in self._authorities:
            self._authorities[path] = self._over_inputs_of(path)
        return self._authorities[path]

    def flake_of(self, path: Path) -> FlakeFile | Unknown:
        """Return the flake.nix of the input at a path."""
        if path not in self._flakes:
            self._flakes[path] = self._flake_of(path)
        return self._flakes[path]

    def _flake_of(self, path: Path) -> FlakeFile | Unknown:
        fetched = self._fetched(path)
        match fetched:
            case Fetched(flake=bytes() as flake):
                return flake_from(flake)
            case Fetched():
                return NO_FLAKE
            case Unknown() as unknown:
                return unknown
            case _:
                assert_never(fetched)

    def content(self, path: Path) -> Content | None:
        """Return what to ask for the flake of an input; None for one in a folder of this repository."""
        node = self.node(path)
        if node is None or not path:
            return None
        if not node.is_relative:
            return content_of(node)
        above = self.content(path[:-1] if node.parent is None else node.parent)
        if above is None:
            return None
        below = posixpath.normpath(posixpath.join(above.directory, str(node.locked["path"])))
        return replace(above, directory="" if below == "." else below)

    def _over_inputs_of(self, path: Path) -> Authority | Unknown:
        node = self.node(path)
        if node is not None and not self._is_declared_here(path):
            above = self.over_inputs_of(path[:-1])
            if isinstance(above, Unknown):
                return above
            if above.says(path, node):
                return replace(above, node=above.held(path[-1]))
        return self._own_lock(path)

    def _is_declared_here(self, path: Path) -> bool:
        """Whether this repository's flake.nix declares the input, or that of a folder of this repository."""
        above = (self.node(path[:depth]) for depth in range(1, len(path)))
        return all(node is not None and node.is_relative for node in above)

    def _own_lock(self, path: Path) -> Authority | Unknown:
        fetched = self._fetched(path)
        match fetched:
            case Fetched(lock=bytes() as lock):
                return _read(path, lock)
            case Fetched():
                return Authority(prefix=path)
            case Unknown() as unknown:
                return unknown
            case _:
                assert_never(fetched)

    def _fetched(self, path: Path) -> Fetched | Unknown:
        question = self.content(path)
        if question is None:
            return _OURS
        answer = self._inquiry.content(question)
        is_locked = isinstance(answer, Unknown) or answer.nar_hash == self._tree_of(path).locked.get("narHash")
        return answer if is_locked else _OTHER

    def _tree_of(self, path: Path) -> Node:
        """Return the node in whose tree the flake of an input stands: its own, or one above a relative folder."""
        node = self.node(path)
        while node is not None and node.is_relative:
            path = path[:-1] if node.parent is None else node.parent
            node = self.node(path)
        return self._new.nodes[self._new.root] if node is None else node


def _read(path: Path, lock: bytes) -> Authority | Unknown:
    try:
        document = parse(lock)
    except LockError as error:
        return Unknown(reason=f"the lock of its parent cannot be read: {error}")
    return Authority(prefix=path, document=document, node=document.nodes[document.root])
