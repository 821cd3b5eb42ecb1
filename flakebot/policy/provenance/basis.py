"""On whose word an input is in the lock as it is: this repository's, its parent's lock's, or its parent's flake.nix's.

No I/O. What a lock itself says of an input is nobody's word: whoever wrote the lock wrote that as well.
"""

from __future__ import annotations

from enum import Enum, auto

from flakebot.lock.change import Change, Kind, Origin
from flakebot.lock.node import Node, Path
from flakebot.model.provenance import Unknown
from flakebot.policy.provenance.authority import NO_FLAKE, Authority, Lineage, is_declared_alike
from flakebot.policy.provenance.declared import OwnFlake, is_asked_for, is_told_to_follow
from flakebot.policy.provenance.flake_file import FlakeFile


class Basis(Enum):
    """Whose word it is."""

    HERE = auto()
    """This repository declares it, and did so before."""
    LOCKED = auto()
    """The lock of its parent says exactly this."""
    DECLARED = auto()
    """Its parent asks for it, and Nix resolved it anew."""
    NOBODY = auto()
    """Nothing that could be read says so."""


def basis_of_node(change: Change, node: Node, lineage: Lineage, own: OwnFlake) -> Basis | Unknown:
    """Return on whose word an input has this node; ``own`` is this repository's flake.nix."""
    if change.origin is Origin.HERE and not is_told_no_more(change):
        return Basis.HERE
    above = lineage.over_inputs_of(change.path[:-1])
    if isinstance(above, Unknown):
        return above
    if above.says(change.path, node):
        return Basis.LOCKED
    return _basis_anew(change, node, above.held(change.path[-1]), lineage, own)


def is_told_no_more(change: Change) -> bool:
    """Whether this repository let an input of an input follow another before: then the word is its parent's again."""
    return change.origin is Origin.HERE and change.kind is Kind.REFOLLOWED and len(change.path) > 1


def _basis_anew(change: Change, node: Node, held: Node | None, lineage: Lineage, own: OwnFlake) -> Basis | Unknown:
    """Return on whose word Nix resolved an input anew; ``held`` is what a lock has for it.

    Where that lock has what the input asks for, Nix takes it, unless a flake.nix further up says something else.
    """
    if node.is_relative and node.parent not in {None, change.path[:-1]}:
        return Basis.NOBODY
    if node.original.get("type") == "indirect" and not _is_placed_as_before(change, node):
        return Unknown(reason="a registry gave its place, and registries are not asked")
    is_held = held is not None and is_declared_alike(held, node)
    if not is_held and _is_declared_as_before(change, node):
        return Basis.DECLARED
    return _declared(is_asked_for(change.path, node, lineage, own, from_above=is_held))


def _declared(answer: bool | Unknown) -> Basis | Unknown:
    if isinstance(answer, Unknown):
        return answer
    return Basis.DECLARED if answer else Basis.NOBODY


def _is_placed_as_before(change: Change, node: Node) -> bool:
    return _is_declared_as_before(change, node) and change.kind is Kind.MOVED


def _is_declared_as_before(change: Change, node: Node) -> bool:
    """Whether the input asked for the same before; that was merged by the owner."""
    return change.old is not None and change.old_follows is None and is_declared_alike(change.old, node)


def basis_of_follows(change: Change, target: Path, lineage: Lineage, own: OwnFlake) -> Basis | Unknown:
    """Return on whose word an input follows another; ``own`` is this repository's flake.nix."""
    above = lineage.over_inputs_of(change.path[:-1])
    if isinstance(above, Unknown):
        return above
    edge = above.edge(change.path[-1])
    if edge is not None and not isinstance(edge, str) and (*above.prefix, *edge) == target:
        return Basis.LOCKED
    return _declared(is_told_to_follow(change.path, target, lineage, own))


def basis_of_removal(change: Change, lineage: Lineage) -> Basis | Unknown:
    """Return on whose word an input is gone: the nearest input above it that is left no longer declares it."""
    left = next(depth for depth in range(len(change.path) - 1, -1, -1) if lineage.node(change.path[:depth]) is not None)
    if left < len(change.path) - 1:
        return Basis.DECLARED  # what was above it is gone or follows another: that is judged there
    above_path, name = change.path[:-1], change.path[-1]
    parent = lineage.node(above_path)
    if parent is not None and not parent.is_flake:
        return Basis.DECLARED  # what is not taken as a flake has no inputs
    above = lineage.over_inputs_of(above_path)
    if isinstance(above, Unknown):
        return above
    if above.node is not None and above.edge(name) is None:
        return Basis.LOCKED
    return _undeclared(lineage.flake_of(above_path), name, above)


def _undeclared(flake: FlakeFile | Unknown, name: str, above: Authority) -> Basis | Unknown:
    if flake is NO_FLAKE and above.node is None:
        return Basis.DECLARED  # what is no flake has no inputs
    if isinstance(flake, Unknown):
        return flake
    return Basis.NOBODY if flake.declares(name) else Basis.DECLARED
