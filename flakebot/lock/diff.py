"""Compare two locks by input path from the root, never by the names of their nodes. No I/O, no judgement.

Node names are not stable: adding one input renumbers others. A path through inputs that are nodes of their own is:
it is the path under which Nix itself reports an update. An input that follows another is compared by where it is
told to go; what it gets from there is reported once, at the path that owns it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from msgspec import Struct, field

from flakebot.lock.change import Change, Difference, Kind, Origin
from flakebot.lock.document import LockDocument
from flakebot.lock.error import Defect, LockError
from flakebot.lock.pair import Pair, Side

__all__ = ["Change", "Difference", "Kind", "Origin", "diff"]

_PAIRS_PER_NODE = 4
"""Pairs of nodes that are compared, for each node of both locks; Nix writes a tree, which needs one."""


def diff(old: LockDocument, new: LockDocument) -> Difference:
    """Return the changes from one lock to another, nearest to the root first, then by path; linear in their size.

    Raises `LockError` when nodes with several parents make far more pairs than there are nodes.
    """
    return Difference(changes=tuple(_Walk(old=old, new=new).changes()))


class _Walk(Struct, frozen=True, kw_only=True):
    """Breadth first over pairs of nodes; each pair is visited once for each origin, at its shortest path."""

    old: LockDocument
    new: LockDocument
    waiting: deque[Pair] = field(default_factory=deque)
    seen: set[tuple[str | None, str | None, Origin]] = field(default_factory=set)

    def changes(self) -> Iterator[Change]:
        roots = (Side(node=lock.nodes[lock.root]) for lock in (self.old, self.new))
        self._enter(Pair(path=(), old=next(roots), new=next(roots), origin=Origin.HERE))
        while self.waiting:
            pair = self.waiting.popleft()
            for below in self._inputs(pair):
                if (change := below.change(pair)) is not None:
                    yield change
                if below.owns_nodes:
                    self._enter(below)

    def _inputs(self, pair: Pair) -> Iterator[Pair]:
        origin = pair.origin_of_inputs
        for name in sorted(pair.input_names):
            old, new = _side(self.old, pair.old, name), _side(self.new, pair.new, name)
            yield Pair(path=(*pair.path, name), old=old, new=new, origin=origin)

    def _enter(self, pair: Pair) -> None:
        if pair.key in self.seen:
            return
        if len(self.seen) > _PAIRS_PER_NODE * (len(self.old.nodes) + len(self.new.nodes)):
            raise LockError(Defect.SIZE, "nodes with several parents make too many pairs to compare one by one")
        self.seen.add(pair.key)
        self.waiting.append(pair)


def _side(document: LockDocument, side: Side, name: str) -> Side:
    if side.own is None or name not in side.own.inputs:
        return Side()
    edge = side.own.inputs[name]
    return Side(node=document.target(side.own.name, name), follows=None if isinstance(edge, str) else edge)
