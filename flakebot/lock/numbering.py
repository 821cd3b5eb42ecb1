"""Name the nodes of a lock as Nix does, whichever lock each root input is taken from. No I/O, no choice.

Nix (``LockFile::toJSON`` in its src/libflake/lockfile.cc) walks depth first, inputs in the order of their names. A
node gets the name of the input that leads to it first, or else that name with ``_2``, ``_3`` … behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from msgspec import Struct, field
from msgspec.structs import replace

from flakebot.lock.document import LockDocument
from flakebot.lock.graph import leads
from flakebot.lock.node import Edge, Node

ROOT = "root"
"""What Nix calls the root; an input of this name becomes ``root_2``."""


def renumbered(document: LockDocument) -> LockDocument:
    """Return the lock with the node names that Nix would give; one that Nix wrote has them."""
    sources = dict.fromkeys(document.nodes[document.root].inputs, document)
    return grafted(sources, version=document.version)


def grafted(sources: Mapping[str, LockDocument], *, version: int) -> LockDocument:
    """Return the lock whose root inputs come, with all that is below them, each from the lock named for it.

    Raises `LockError` when something that follows would then lead nowhere or in a circle.
    """
    numbering = _Numbering()
    numbering.taken.add(ROOT)
    inputs = {
        name: numbering.edge(name, source.nodes[source.root].inputs[name], source)
        for name, source in sorted(sources.items())
    }
    nodes = {ROOT: _root(inputs), **numbering.nodes}
    return LockDocument(version=version, root=ROOT, nodes=nodes, leads=leads(nodes, ROOT))


def _root(inputs: Mapping[str, Edge]) -> Node:
    return Node(name=ROOT, inputs=inputs, locked={}, original={}, is_flake=True, parent=None)


class _Numbering(Struct, frozen=True, kw_only=True):
    """The names given so far. A node that is met again, which is the same object, keeps its first one."""

    nodes: dict[str, Node] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    given: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, Iterator[int]] = field(default_factory=dict)

    def edge(self, name: str, edge: Edge, source: LockDocument) -> Edge:
        """Return an input's edge with the new name of its node, naming what is below first met here as well."""
        return edge if not isinstance(edge, str) else self._node(name, source.nodes[edge], source)

    def _node(self, wanted: str, node: Node, source: LockDocument) -> str:
        if id(node) not in self.given:
            name = self.given[id(node)] = self._free(wanted)
            inputs = {below: self.edge(below, edge, source) for below, edge in sorted(node.inputs.items())}
            is_as_before = name == node.name and inputs == node.inputs
            self.nodes[name] = node if is_as_before else replace(node, name=name, inputs=inputs)
        return self.given[id(node)]

    def _free(self, wanted: str) -> str:
        """Take the name, or the first that is free with a number: no name comes free again, so neither do numbers."""
        name = wanted
        while name in self.taken:
            name = f"{wanted}_{next(self.numbers.setdefault(wanted, count(2)))}"
        self.taken.add(name)
        return name
