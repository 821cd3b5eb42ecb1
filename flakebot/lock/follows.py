"""Resolve every follows of a lock, each once, however they lead through one another. No recursion."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from flakebot.lock.error import Defect, LockError
from flakebot.lock.node import Node, Path
from flakebot.lock.wording import shown

Step = tuple[str, str]
"""A node's name and the name of one of its inputs."""


def resolve(nodes: Mapping[str, Node], root: str, *, longest: int) -> Mapping[Step, str]:
    """Return the node at the end of each follows. An empty path leads to the root, as Nix has it.

    Raises `LockError` for a path that is too long, leads nowhere or leads back to itself.
    """
    walker = _Walker(nodes=nodes, root=root, ends={}, walks={})
    for node in nodes.values():
        for name, edge in node.inputs.items():
            if not isinstance(edge, str):
                _require_short(edge, longest, (node.name, name))
                walker.walk_to_end((node.name, name), edge)
    return walker.ends


def _require_short(path: Path, longest: int, start: Step) -> None:
    if len(path) > longest:
        raise LockError(Defect.SIZE, f"{_said(start)} follows a path of {len(path)} names, expected {longest} at most")


def _said(start: Step) -> str:
    return f"input {shown(start[1])} of node {shown(start[0])}"


class _Walk(Struct):
    """A path under way: where it stands, and what is left of it, next name last."""

    stand: str
    left: list[str]


class _Walker(Struct, frozen=True, kw_only=True):
    """Walks paths; one that leads through another follows waits (in ``walks``, in order) until that one ended."""

    nodes: Mapping[str, Node]
    root: str
    ends: dict[Step, str]
    walks: dict[Step, _Walk]

    def walk_to_end(self, start: Step, path: Path) -> None:
        if start not in self.ends:
            self._begin(start, path)
        while self.walks:
            current = next(reversed(self.walks))
            if self._advance(current, self.walks[current]):
                self.ends[current] = self.walks.pop(current).stand

    def _begin(self, start: Step, path: Path) -> None:
        if start in self.walks:
            raise LockError(Defect.FOLLOWS, f"{_said(start)} follows a path that leads back to itself")
        self.walks[start] = _Walk(self.root, list(reversed(path)))

    def _advance(self, start: Step, walk: _Walk) -> bool:
        """Walk on until the end (true) or to another follows that has to be walked first (false)."""
        while walk.left:
            step = (walk.stand, walk.left[-1])
            edge = self.nodes[walk.stand].inputs.get(step[1])
            if edge is None:
                raise LockError(Defect.FOLLOWS, f"{_said(start)} follows a path to nothing, at {_said(step)}")
            if not isinstance(edge, str) and step not in self.ends:
                self._begin(step, edge)
                return False
            walk.stand = edge if isinstance(edge, str) else self.ends[step]
            walk.left.pop()
        return True
