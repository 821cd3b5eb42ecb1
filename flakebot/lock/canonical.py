"""Write a lock byte for byte as Nix does. No I/O; knows nothing of the bytes that a lock was read from.

Nix prints with nlohmann's JSON: two spaces, keys in the order of their bytes (which for UTF-8 is that of code
points), only quotes, backslashes and characters below U+0020 escaped, and a final newline. Python's own encoder
agrees in every point.
"""

from __future__ import annotations

from collections.abc import Iterable
from json.encoder import encode_basestring as _quoted

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Attribute, Attributes, Edge, Node, Path


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
        yield "parent", _path(node.parent, "      ")


def _inputs(node: Node) -> Iterable[tuple[str, str]]:
    if node.inputs:
        yield "inputs", _object(((name, _edge(edge)) for name, edge in sorted(node.inputs.items())), "      ")


def _items(attributes: Attributes) -> str:
    inside = ",\n        ".join([f"{_quoted(name)}: {_value(held)}" for name, held in sorted(attributes.items())])
    return f"{{\n        {inside}\n      }}" if inside else "{}"


def _value(held: Attribute) -> str:
    return _quoted(held) if isinstance(held, str) else str(held).lower()


def _edge(edge: Edge) -> str:
    return _quoted(edge) if isinstance(edge, str) else _path(edge, "        ")


def _path(path: Path, indent: str) -> str:
    inside = f",\n{indent}  ".join(map(_quoted, path))
    return f"[\n{indent}  {inside}\n{indent}]" if path else "[]"


def _object(fields: Iterable[tuple[str, str]], indent: str) -> str:
    inside = f",\n{indent}  ".join([f"{_quoted(name)}: {value}" for name, value in fields])
    return f"{{\n{indent}  {inside}\n{indent}}}" if inside else "{}"
