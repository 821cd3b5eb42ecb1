"""The graph that a lock's references make: whole, without a loop, and every follows leads somewhere. No recursion.

Nix reads more than it writes: it follows references while it reads and would recurse into what is wrong here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from flakebot.lock.error import Defect, LockError
from flakebot.lock.follows import resolve
from flakebot.lock.node import Node
from flakebot.lock.wording import shown

DEEPEST = 64
"""Inputs of inputs, and names in a path to follow, at most; more than a dozen was never seen."""

Children = Mapping[str, list[str]]
"""The nodes below each node that has inputs."""


def leads(nodes: Mapping[str, Node], root: str) -> Mapping[tuple[str, str], str]:
    """Return where each input that follows another one ends: (node, input) to node.

    Raises `LockError` for a reference to nothing or to the root, a loop, a node that nothing reaches, a depth
    beyond reason, and a follows that leads nowhere or in a circle.
    """
    if root not in nodes:
        raise LockError(Defect.REFERENCE, f"the root node {shown(root)} is missing")
    children = {
        name: [edge for edge in node.inputs.values() if isinstance(edge, str)]
        for name, node in nodes.items()
        if node.inputs
    }
    _require_nodes(children, nodes, root)
    _require_reached(children, nodes, root)
    _require_layers(children, root)
    return resolve(nodes, root, longest=DEEPEST)


def _require_nodes(children: Children, nodes: Mapping[str, Node], root: str) -> None:
    for name, referred in children.items():
        for child in referred:
            if child not in nodes:
                raise LockError(Defect.REFERENCE, f"node {shown(name)} refers to {shown(child)}, which is missing")
            if child == root:
                raise LockError(Defect.REFERENCE, f"node {shown(name)} refers to the root, as only a follows may")


def _require_reached(children: Children, nodes: Mapping[str, Node], root: str) -> None:
    reached, waiting = {root}, [root]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    for name in sorted(nodes.keys() - reached):
        raise LockError(Defect.UNREACHABLE, f"nothing refers to node {shown(name)} on any way from the root")


def _require_layers(children: Children, root: str) -> None:
    """Take away, layer by layer, the nodes that nothing refers to any more; what is left refers in a circle."""
    references = Counter(chain.from_iterable(children.values()))
    deepest, layer = -1, [root]
    while layer:
        deepest += 1
        layer = list(_freed(layer, children, references))
    if left := [name for name, count in references.items() if count]:
        raise LockError(Defect.REFERENCE, f"node {shown(min(left))} is an input of its own inputs")
    if deepest > DEEPEST:
        raise LockError(Defect.SIZE, f"inputs are nested {deepest} deep, expected {DEEPEST} at most")


def _freed(layer: Iterable[str], children: Children, references: Counter[str]) -> Iterator[str]:
    """Take a layer away and yield what nothing refers to then: below the deepest of the nodes that referred to it."""
    for name in layer:
        for child in children.get(name, ()):
            references[child] -= 1
            if not references[child]:
                yield child
