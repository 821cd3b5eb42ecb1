"""Parse the fields of a node, each with its type, and nothing beside them. Raises `LockError`, nothing else."""

from __future__ import annotations

from typing import TypeGuard
from unicodedata import is_normalized

from flakebot.lock.error import Defect, LockError
from flakebot.lock.node import Attribute, Edge, Node, Path
from flakebot.lock.wording import shown

_NEEDED = {"locked", "original"}
_FIELDS = _NEEDED | {"flake", "inputs", "parent"}
_ATTRIBUTES = frozenset({str, int, bool})
_A_NAME = "a name that prints, is composed (NFC) and has no slash"


def node_of(name: str, value: object, *, is_root: bool) -> Node:
    """Return the node that a field of ``nodes`` holds."""
    fields = _mapping(value, name)
    if is_root:
        _require_fields(name, fields, needed=set(), known={"inputs"})
    else:
        _require_fields(name, fields, needed=_NEEDED, known=_FIELDS)
    return Node(
        name=name,
        inputs=_inputs(fields["inputs"], name) if "inputs" in fields else {},
        locked={} if is_root else _attributes(fields["locked"], name),
        original={} if is_root else _attributes(fields["original"], name),
        is_flake=_flag(fields.get("flake", True), name),
        parent=_path(fields["parent"], name) if "parent" in fields else None,
    )


def named(value: object, place: str) -> dict[str, object]:
    """Return an object whose keys are names. All of them are looked at in one go: a large lock has 100,000."""
    found = _mapping(value, place)
    together = "".join(found)
    is_plain = "" not in found and "/" not in together and together.isascii() and together.isprintable()
    wrong = None if is_plain else next((key for key in found if not _is_name(key)), None)
    if wrong is not None:
        raise _unexpected(wrong, place, _A_NAME)
    return found


def nonempty_text(value: object, place: str) -> str:
    """Return a string that has at least one character."""
    if not isinstance(value, str) or not value:
        raise _unexpected(value, place, "a string")
    return value


def _require_fields(name: str, fields: dict[str, object], *, needed: set[str], known: set[str]) -> None:
    if needed <= fields.keys() <= known:
        return
    if unknown := fields.keys() - known:
        raise LockError(Defect.FIELD, f"node {shown(name)} has the unknown field {shown(min(unknown))}")
    raise LockError(Defect.FIELD, f"node {shown(name)} has no {min(needed - fields.keys())}")


def _inputs(value: object, place: str) -> dict[str, Edge]:
    return {name: _edge(edge, place) for name, edge in named(value, place).items()}


def _mapping(value: object, place: str) -> dict[str, object]:
    """Return a JSON object as it is."""
    if not isinstance(value, dict):
        raise _unexpected(value, place, "an object")
    return value


def _name(value: object, place: str) -> str:
    if not isinstance(value, str) or not _is_name(value):
        raise _unexpected(value, place, _A_NAME)
    return value


def _is_name(text: str) -> bool:
    """Names are joined by slashes into input paths: with a slash in one, two inputs could share a path.

    Nor may two names look alike: of those that Unicode calls equivalent, only the composed one is a name here.
    """
    return text != "" and "/" not in text and text.isprintable() and is_normalized("NFC", text)


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
    found = named(value, place)
    if _are_attributes(found):
        return found
    key = next(key for key, held in found.items() if type(held) not in _ATTRIBUTES)
    raise _unexpected(found[key], place, f"a string, an integer, true or false as {shown(key)}")


def _are_attributes(found: dict[str, object]) -> TypeGuard[dict[str, Attribute]]:
    return _ATTRIBUTES.issuperset(map(type, found.values()))


def _unexpected(value: object, place: str, expected: str) -> LockError:
    return LockError(Defect.FIELD, f"{shown(place)} holds {shown(value)}, expected {expected}")
