"""Write a lock byte for byte as Nix does. No I/O; knows nothing of the bytes that a lock was read from.

Nix prints with nlohmann's JSON: two spaces, keys in the order of their bytes (which for UTF-8 is that of code
points), only quotes, backslashes and characters below U+0020 escaped, and a final newline. Python's own encoder
agrees in every point, but takes ten times as long with an indent as without.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Attribute, Attributes, Edge, Node

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_STEP = "  "


def canonical(document: LockDocument) -> bytes:
    """Return the bytes that Nix writes for this lock."""
    nodes = ((name, _node(node, is_root=name == document.root)) for name, node in sorted(document.nodes.items()))
    fields = (("nodes", _object(nodes, _STEP)), ("root", _quoted(document.root)), ("version", str(document.version)))
    return (_object(fields, "") + "\n").encode()


def _node(node: Node, *, is_root: bool) -> str:
    return _object(_root_fields(node) if is_root else _fields(node), _STEP * 2)


def _root_fields(node: Node) -> Iterable[tuple[str, str]]:
    if node.inputs:
        yield "inputs", _object(((name, _edge(edge)) for name, edge in sorted(node.inputs.items())), _STEP * 3)


def _fields(node: Node) -> Iterable[tuple[str, str]]:
    if not node.is_flake:
        yield "flake", "false"
    yield from _root_fields(node)
    yield "locked", _attributes(node.locked)
    yield "original", _attributes(node.original)
    if node.parent is not None:
        yield "parent", _array(node.parent, _STEP * 3)


def _attributes(attributes: Attributes) -> str:
    return _object(((name, _attribute(value)) for name, value in sorted(attributes.items())), _STEP * 3)


def _attribute(value: Attribute) -> str:
    return str(value).lower() if isinstance(value, bool) else _quoted(value)


def _edge(edge: Edge) -> str:
    return _quoted(edge) if isinstance(edge, str) else _array(edge, _STEP * 4)


def _object(fields: Iterable[tuple[str, str]], indent: str) -> str:
    inside = f",\n{indent}{_STEP}".join([f"{_quoted(name)}: {value}" for name, value in fields])
    return f"{{\n{indent}{_STEP}{inside}\n{indent}}}" if inside else "{}"


def _array(items: tuple[str, ...], indent: str) -> str:
    inside = f",\n{indent}{_STEP}".join(map(_quoted, items))
    return f"[\n{indent}{_STEP}{inside}\n{indent}]" if inside else "[]"
