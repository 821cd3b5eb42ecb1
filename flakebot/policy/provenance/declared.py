"""What the flake.nix files above an input declare of it: its own parent's, and any further up. No I/O.

Any of them may say what an input further down is, or what it follows; for Nix the uppermost has the last word. Here
each has a word that counts: none of them is written by whoever writes the lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flakebot.lock.node import Attribute, Attributes, Node, Path
from flakebot.lock.place import PLACE
from flakebot.model.provenance import Unknown
from flakebot.policy.provenance.authority import Lineage
from flakebot.policy.provenance.flake_file import Declared, FlakeFile
from flakebot.policy.provenance.flakeref import is_same_asked

OwnFlake = FlakeFile | Unknown
"""This repository's flake.nix."""

_STRANGE = Unknown(reason="a flake.nix above it asks for it in words that flakebot does not compare")
_FORGES = frozenset({"github", "gitlab", "sourcehut"})


def is_asked_for(path: Path, node: Node, lineage: Lineage, own: OwnFlake, *, from_above: bool) -> bool | Unknown:
    """Whether a flake.nix asks for exactly what an input's node says; ``from_above`` leaves out its parent's own."""
    unread: Unknown | None = None
    for depth, found in _said(path, lineage, own):
        is_parent = depth == len(path) - 1
        if from_above and is_parent:
            continue
        if isinstance(found, Unknown):
            unread = found
        elif found is not None and _is_same(found, node, is_override=not is_parent):
            return True
        elif found is not None and not _is_comparable(found, node):
            unread = _STRANGE
    return unread or False


def is_said(found: Declared, node: Node) -> bool | Unknown:
    """Whether what this repository's flake.nix says of an input of its own is exactly what the input's node says."""
    if _is_same(found, node, is_override=False):
        return True
    if found.follows is not None:
        return False
    kinds = set() if found.asked is None else {found.asked.get("type"), node.original.get("type")}
    return False if kinds & _FORGES else _STRANGE


def is_told_to_follow(path: Path, target: Path, lineage: Lineage, own: OwnFlake) -> bool | Unknown:
    """Whether a flake.nix lets the input follow the target, which it names as a path from its own inputs on."""
    unread: Unknown | None = None
    for depth, found in _said(path, lineage, own):
        if target[:depth] != path[:depth]:
            continue
        if isinstance(found, Unknown):
            unread = found
        elif found is not None and found.follows == target[depth:]:
            return True
    return unread or False


def _said(path: Path, lineage: Lineage, own: OwnFlake) -> Iterator[tuple[int, Declared | Unknown | None]]:
    """Yield what each flake.nix says of an input, the nearest first, with the number of inputs above that flake."""
    for depth in range(len(path) - 1, -1, -1):
        flake = lineage.flake_of(path[:depth]) if depth else own
        yield depth, flake if isinstance(flake, Unknown) else flake.declared(path[depth:])


def _is_same(found: Declared, node: Node, *, is_override: bool) -> bool:
    if found.asked is None or found.is_flake != node.is_flake:
        return False
    return is_same_asked(found.asked, node.original) or (is_override and _is_locked_there(found.asked, node))


def _is_locked_there(asked: Attributes, node: Node) -> bool:
    """Whether an override leads to where the node is locked: Nix before 2.24 keeps the ``original`` of the parent."""
    return is_same_asked(_place(asked), _place(node.locked))


def _place(attributes: Attributes) -> Mapping[str, Attribute]:
    return {name: value for name, value in attributes.items() if name in PLACE}


def _is_comparable(found: Declared, node: Node) -> bool:
    """Whether another word than the node's is proof: two references to a forge differ only where they mean to."""
    kinds = None if found.asked is None else {found.asked.get("type"), node.original.get("type")}
    return found.follows is not None or (kinds is not None and kinds <= _FORGES)
