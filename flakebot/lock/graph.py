"""The graph that a lock's references make: whole, without a loop, and every follows leads somewhere. No recursion.

Nix reads more than it writes: it follows references while it reads and would recurse into what is wrong here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from flakebot.lock.error import Defect, LockError
from flakebot.lock.follows import resolve
from flakebot.lock.node import Node
from flakebot.lock.wording import shown

DEEPEST = 64
"""Inputs of inputs, and names in a path to follow, at most; more than a dozen was never seen."""

Nodes = Mapping[str, Node]


def leads(nodes: Nodes, root: str) -> Mapping[tuple[str, str], str]:
    """Return where each input that follows another one ends: (node, input) to node.

    Raises `LockError` for a reference to nothing or to the root, a loop, a node that nothing reaches, a depth
    beyond reason, and a follows that leads nowhere or in a circle.
    """
    if root not in nodes:
        raise LockError(Defect.REFERENCE, f"the root node {shown(root)} is missing")
    parents = dict.fromkeys(nodes, 0)
    for node in nodes.values():
        for child in _children(node):
            _require_node(child, node, nodes, root)
            parents[child] += 1
    _require_reached(nodes, root)
    _require_layers(nodes, root, parents)
    return resolve(nodes, root, longest=DEEPEST)


def _children(node: Node) -> list[str]:
    return [edge for edge in node.inputs.values() if isinstance(edge, str)]


def _require_node(child: str, node: Node, nodes: Nodes, root: str) -> None:
    if child not in nodes:
        raise LockError(Defect.REFERENCE, f"node {shown(node.name)} refers to {shown(child)}, which is missing")
    if child == root:
        raise LockError(Defect.REFERENCE, f"node {shown(node.name)} refers to the root, as only a follows may")


def _require_reached(nodes: Nodes, root: str) -> None:
    reached, waiting = {root}, [root]
    while waiting:
        for child in _children(nodes[waiting.pop()]):
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    for name in sorted(nodes.keys() - reached):
        raise LockError(Defect.UNREACHABLE, f"nothing refers to node {shown(name)} on any way from the root")


def _require_layers(nodes: Nodes, root: str, parents: dict[str, int]) -> None:
    """Take away, layer by layer, the nodes that nothing refers to any more; what is left refers in a circle."""
    depth, waiting = {root: 0}, deque([root])
    while waiting:
        name = waiting.popleft()
        for child in _children(nodes[name]):
            parents[child] -= 1
            depth[child] = max(depth.get(child, 0), depth[name] + 1)
            if not parents[child]:
                waiting.append(child)
    _require_no_loop([name for name, count in parents.items() if count])
    if (deepest := max(depth.values())) > DEEPEST:
        raise LockError(Defect.SIZE, f"inputs are nested {deepest} deep, expected {DEEPEST} at most")


def _require_no_loop(left: Sequence[str]) -> None:
    if left:
        raise LockError(Defect.REFERENCE, f"node {shown(min(left))} is an input of its own inputs")
