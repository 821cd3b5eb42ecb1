"""What hangs below the root inputs of two locks: where it differs, what is declared anew, what follows what. No I/O."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Edge, Node, Path
from flakebot.lock.place import is_identical


class Subgraphs(Struct, frozen=True, kw_only=True):
    """The root inputs of two locks, each with all that is below it. ``same`` are pairs of nodes found to be equal."""

    old: LockDocument
    new: LockDocument
    same: set[tuple[str, str]] = field(default_factory=set)

    @property
    def names(self) -> AbstractSet[str]:
        """The names of the root inputs of either lock."""
        return _root(self.old).keys() | _root(self.new).keys()

    def moved(self) -> frozenset[str]:
        """Return the root inputs that are not equal in both locks; names of nodes do not count."""
        old, new = _root(self.old), _root(self.new)
        return frozenset(name for name in self.names if not self._is_same(old.get(name), new.get(name)))

    def redeclared(self) -> frozenset[str]:
        """Return the root inputs of which flake.nix says something else than when the old lock was written.

        Nix takes no lock that says otherwise than flake.nix, so that nothing can move without these.
        """
        old, new = _root(self.old), _root(self.new)
        return frozenset(name for name in self.names if self._is_redeclared(name, old.get(name), new.get(name)))

    def _is_same(self, old: Edge | None, new: Edge | None) -> bool:
        if not isinstance(old, str) or not isinstance(new, str):
            return old == new
        if (old, new) not in self.same and self._are_same(self.old.nodes[old], self.new.nodes[new]):
            self.same.add((old, new))
        return (old, new) in self.same

    def _are_same(self, old: Node, new: Node) -> bool:
        return (
            is_identical(old.locked, new.locked)
            and _is_declared_alike(old, new)
            and old.inputs.keys() == new.inputs.keys()
            and all(self._is_same(edge, new.inputs[name]) for name, edge in old.inputs.items())
        )

    def _is_redeclared(self, above: str, old: Edge | None, new: Edge | None) -> bool:
        if not isinstance(old, str) or not isinstance(new, str):
            return old != new
        before, after = self.old.nodes[old], self.new.nodes[new]
        if not _is_declared_alike(before, after):
            return True
        if before.is_relative and after.is_relative:  # a folder of this repository: its flake.nix is here as well
            names = before.inputs.keys() | after.inputs.keys()
            return any(self._is_redeclared(above, before.inputs.get(name), after.inputs.get(name)) for name in names)
        return any(
            _is_told_by_root(above, edge, after.inputs[name])
            for name, edge in before.inputs.items()
            if name in after.inputs
        )


def followed_paths(document: LockDocument) -> dict[str, frozenset[Path]]:
    """Return what each root input and the inputs below it follow, as it is written; the root itself left out."""
    return {name: _followed(document, edge) for name, edge in _root(document).items()}


def _followed(document: LockDocument, start: Edge) -> frozenset[Path]:
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        edge = waiting.pop()
        if not isinstance(edge, str):
            found.add(edge)
        elif edge not in seen:
            seen.add(edge)
            waiting.extend(document.nodes[edge].inputs.values())
    return frozenset(found - {()})


def _root(document: LockDocument) -> dict[str, Edge]:
    return dict(document.nodes[document.root].inputs)


def _is_declared_alike(old: Node, new: Node) -> bool:
    return (old.is_flake, old.parent) == (new.is_flake, new.parent) and is_identical(old.original, new.original)


def _is_told_by_root(above: str, old: Edge, new: Edge) -> bool:
    """Whether an input of a root input follows otherwise than before, as only the root's flake.nix can have said.

    What the root input's own flake.nix says is written as a path that begins with the root input.
    """
    return old != new and any(not isinstance(edge, str) and edge[:1] != (above,) for edge in (old, new))
