"""Write a lock byte for byte as Nix does. No I/O; knows nothing of the bytes that a lock was read from.

Nix prints with nlohmann's JSON: two spaces, keys in the order of their bytes (which for UTF-8 is that of code
points), only quotes, backslashes and characters below U+0020 escaped, and a final newline. Python's own encoder
agrees in every point.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Attributes, Edge, Node, Path

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_flat = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",\n        ", ": ")).encode
"""What a node's field holds, one item a line; Python's fast encoder knows no indent, but a separator."""


def canonical(document: LockDocument) -> bytes:
    """Return the bytes that Nix writes for this lock."""
    nodes = ((name, _node(node, is_root=name == document.root)) for name, node in sorted(document.nodes.items()))
    fields = (("nodes", _object(nodes, "  ")), ("root", _quoted(document.root)), ("version", str(document.version)))
    return (_object(fields, "") + "\n").encode()


def _node(node: Node, *, is_root: bool) -> str:
    return _object(_inputs(node) if is_root else _fields(node), "    ")


def _fields(node: Node) -> Iterable[tuple[str, str]]:
    if not node.is_flake:
        yield "flake", "false"
    yield from _inputs(node)
    yield "locked", _items(node.locked)
    yield "original", _items(node.original)
    if node.parent is not None:
        yield "parent", _items(node.parent)


def _inputs(node: Node) -> Iterable[tuple[str, str]]:
    if node.inputs:
        yield "inputs", _object(((name, _edge(edge)) for name, edge in sorted(node.inputs.items())), "      ")


def _items(items: Attributes | Path) -> str:
    text = _flat(items)
    return f"{text[0]}\n        {text[1:-1]}\n      {text[-1]}" if items else text


def _edge(edge: Edge) -> str:
    if isinstance(edge, str):
        return _quoted(edge)
    inside = ",\n          ".join(map(_quoted, edge))
    return f"[\n          {inside}\n        ]" if edge else "[]"


def _object(fields: Iterable[tuple[str, str]], indent: str) -> str:
    inside = f",\n{indent}  ".join([f"{_quoted(name)}: {value}" for name, value in fields])
    return f"{{\n{indent}  {inside}\n{indent}}}" if inside else "{}"
