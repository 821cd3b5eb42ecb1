"""Parse the fields of a node, each with its type, and nothing beside them. Raises `LockError`, nothing else."""

from __future__ import annotations

from flakebot.lock.error import Defect, LockError
from flakebot.lock.node import Attribute, Edge, Node, Path
from flakebot.lock.wording import shown

_NEEDED = {"locked", "original"}
_FIELDS = _NEEDED | {"flake", "inputs", "parent"}


def node_of(name: str, value: object, *, is_root: bool) -> Node:
    """Return the node that a field of ``nodes`` holds."""
    fields = mapping_of(value, _name(name, "nodes"))
    for unknown in sorted(fields.keys() - ({"inputs"} if is_root else _FIELDS)):
        raise LockError(Defect.FIELD, f"node {shown(name)} has the unknown field {shown(unknown)}")
    for missing in () if is_root else sorted(_NEEDED - fields.keys()):
        raise LockError(Defect.FIELD, f"node {shown(name)} has no {missing}")
    inputs = mapping_of(fields.get("inputs", {}), name)
    return Node(
        name=name,
        inputs={_name(key, name): _edge(edge, name) for key, edge in inputs.items()},
        locked={} if is_root else _attributes(fields["locked"], name),
        original={} if is_root else _attributes(fields["original"], name),
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
    if not isinstance(value, str) or not value or "/" in value or not value.isprintable():
        raise _unexpected(value, place, "a name that prints and has no slash")
    return value


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
    found = mapping_of(value, place)
    attributes = {_name(key, place): held for key, held in found.items() if isinstance(held, str | int)}
    for key in found.keys() - attributes.keys():
        raise _unexpected(found[key], place, f"a string, an integer, true or false as {shown(key)}")
    return attributes


def _unexpected(value: object, place: str, expected: str) -> LockError:
    return LockError(Defect.FIELD, f"{shown(place)} holds {shown(value)}, expected {expected}")
