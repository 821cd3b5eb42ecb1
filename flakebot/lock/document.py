"""A flake.lock as a value: parsed once, strictly, or not at all. No I/O; never repairs what it reads.

The format is Nix's own (``LockFile`` in its src/libflake/lockfile.cc). Versions 5 to 7 are known to Nix; it has
written nothing but 7 since 2020, and 5 kept part of a node in a field of its own, which is not read here.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from flakebot.lock.error import Defect, LockError, NotALockError
from flakebot.lock.fields import named, node_of, nonempty_text
from flakebot.lock.graph import leads
from flakebot.lock.node import Attribute, Attributes, Node
from flakebot.lock.strict_json import strict_json
from flakebot.lock.wording import shown

__all__ = ["Attribute", "Attributes", "LockDocument", "LockError", "Node", "NotALockError", "parse"]

VERSIONS = (6, 7)
"""The versions that are read."""

MOST_NODES = 200_000
"""Nodes at most; the largest lock met in the wild has some hundreds."""

_FIELDS = {"nodes", "root", "version"}


class LockDocument(Struct, frozen=True, kw_only=True):
    """A lock whose every reference holds. ``leads`` says for (node, input) that follows where it ends."""

    version: int
    root: str
    nodes: Mapping[str, Node]
    leads: Mapping[tuple[str, str], str]

    def target(self, node: str, name: str) -> Node:
        """Return the node behind a node's input, follows resolved."""
        edge = self.nodes[node].inputs[name]
        return self.nodes[edge if isinstance(edge, str) else self.leads[node, name]]


def parse(data: bytes) -> LockDocument:
    """Return the lock that the bytes hold.

    Raises `NotALockError` for what is no lock at all, and `LockError` with the first defect for a lock that
    cannot be trusted to mean one thing. That the bytes are canonical is not asked here.
    """
    value, defects = strict_json(data)
    if not isinstance(value, dict) or not value.keys() >= _FIELDS:
        raise NotALockError("the JSON is not a lock: expected an object with nodes, root and version")
    for defect in defects:
        raise defect
    return _document(value)


def _document(value: dict[str, object]) -> LockDocument:
    for unknown in sorted(value.keys() - _FIELDS):
        raise LockError(Defect.FIELD, f"the lock has the unknown field {shown(unknown)}")
    root, nodes = nonempty_text(value["root"], "root"), _nodes(value)
    return LockDocument(version=_version(value["version"]), root=root, nodes=nodes, leads=leads(nodes, root))


def _version(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in VERSIONS:
        raise LockError(Defect.VERSION, f"the lock has version {shown(value)}, expected 7")
    return value


def _nodes(value: dict[str, object]) -> dict[str, Node]:
    nodes = named(value["nodes"], "nodes")
    if len(nodes) > MOST_NODES:
        raise LockError(Defect.SIZE, f"the lock has {len(nodes)} nodes, expected {MOST_NODES} at most")
    return {name: node_of(name, node, is_root=name == value["root"]) for name, node in nodes.items()}
