"""Parse the fields of a node, each with its type, and nothing beside them. Raises `LockError`, nothing else."""

from __future__ import annotations

from flakebot.lock.error import Defect, LockError
from flakebot.lock.node import Attribute, Edge, Node, Path
from flakebot.lock.wording import shown

_FIELDS = {"flake", "inputs", "locked", "original", "parent"}


def node_of(name: str, value: object, *, is_root: bool) -> Node:
    """Return the node that a field of ``nodes`` holds."""
    fields = mapping_of(value, _name(name, "nodes"))
    for unknown in sorted(fields.keys() - ({"inputs"} if is_root else _FIELDS)):
        raise LockError(Defect.FIELD, f"node {shown(name)} has the unknown field {shown(unknown)}")
    inputs = mapping_of(fields.get("inputs", {}), name)
    return Node(
        name=name,
        inputs={_name(key, name): _edge(edge, name) for key, edge in inputs.items()},
        locked={} if is_root else _attributes(fields.get("locked"), name),
        original={} if is_root else _attributes(fields.get("original"), name),
        is_flake=_flag(fields.get("flake", True), name),
        parent=_path(fields["parent"], name) if "parent" in fields else None,
    )


def mapping_of(value: object, place: str) -> dict[str, object]:
    """Return a JSON object as it is."""
    if not isinstance(value, dict):
        raise _unexpected(value, place, "an object")
    return value


def nonempty_text(value: object, place: str) -> str:
    """Return a string that has at least one character."""
    if not isinstance(value, str) or not value:
        raise _unexpected(value, place, "a string")
    return value


def _name(value: object, place: str) -> str:
    """Names are joined by slashes into input paths: with a slash in one, two inputs could share a path."""
    name = nonempty_text(value, place)
    if "/" in name or not name.isprintable():
        raise _unexpected(value, place, "a name that prints and has no slash")
    return name


def _edge(value: object, place: str) -> Edge:
    return nonempty_text(value, place) if isinstance(value, str) else _path(value, place)


def _path(value: object, place: str) -> Path:
    if not isinstance(value, list):
        raise _unexpected(value, place, "a node's name or a path to follow")
    return tuple(_name(part, place) for part in value)


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise _unexpected(value, place, "true or false")
    return value


def _attributes(value: object, place: str) -> dict[str, Attribute]:
    return {_name(key, place): _attribute(found, place) for key, found in mapping_of(value, place).items()}


def _attribute(value: object, place: str) -> Attribute:
    if not isinstance(value, str | int):
        raise _unexpected(value, place, "a string, an integer, true or false")
    return value


def _unexpected(value: object, place: str, expected: str) -> LockError:
    return LockError(Defect.FIELD, f"{shown(place)} holds {shown(value)}, expected {expected}")
