"""Which root inputs cannot move apart between two locks, and which no choice can leave out. No I/O, no choice.

Every union of units composes to a lock in which each follows leads somewhere, and here is why. What a root input
follows is a path that begins with a root input. Nix wants that path to lead through nodes, and only its last name may
follow in turn: whether it does is up to the one root input that it begins with. If it leads there in both locks,
it does in every composition. If not, the two are one unit, come from one lock, and there it does. A circle of
follows runs through root inputs of which each leads to the next; these are one unit as well, and no lock by itself
has a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from msgspec import Struct

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Edge, Path
from flakebot.lock.subgraph import Subgraphs, followed_paths

Unit = frozenset[str]
"""Names of root inputs that move together."""


class Units(Struct, frozen=True, kw_only=True):
    """The root inputs that moved, in units, by their first names; ``obliged`` is the unit that no choice leaves out."""

    together: tuple[Unit, ...]
    obliged: Unit

    @property
    def moved(self) -> Unit:
        """Every input that moved."""
        return frozenset().union(*self.together)


def units_between(old: LockDocument, new: LockDocument) -> Units:
    """Return what can move apart between two locks. The obliged unit is empty where flake.nix stayed the same."""
    subgraphs = Subgraphs(old=old, new=new)
    moved, redeclared = subgraphs.moved(), subgraphs.redeclared()
    bonds = _Bonds(old=old, new=new, moved=moved, before=followed_paths(old), after=followed_paths(new))
    together = _tied(moved, (redeclared, bonds.around(), *bonds.between()))
    obliged = (unit for unit in together if unit & redeclared)
    return Units(together=tuple(sorted(together, key=min)), obliged=frozenset().union(*obliged))


def _tied(moved: Unit, bonds: tuple[Unit, ...]) -> set[Unit]:
    unit_of = {name: frozenset({name}) for name in moved}
    for bond in bonds:
        tied = frozenset().union(*(unit_of[name] for name in bond))
        unit_of |= dict.fromkeys(tied, tied)
    return set(unit_of.values())


class _Bonds(Struct, frozen=True, kw_only=True):
    """What ties root inputs to one another: the paths that they follow in the one lock and in the other."""

    old: LockDocument
    new: LockDocument
    moved: Unit
    before: Mapping[str, frozenset[Path]]
    after: Mapping[str, frozenset[Path]]

    def between(self) -> Iterator[Unit]:
        """Yield inputs of which one follows what the other has in one of the locks only."""
        for source, paths, other in ((self.old, self.before, self.new), (self.new, self.after, self.old)):
            for name in self.moved & paths.keys():
                for path in paths[name]:
                    if _at(source, path) is None:  # through what follows in turn: Nix takes no such path
                        yield self.moved
                    elif _at(other, path) is None:
                        yield frozenset({name, path[0]}) & self.moved

    def around(self) -> Unit:
        """Return the inputs that might follow one another in a circle if they moved apart, and what leads to them."""
        sorter = TopologicalSorter({name: self._leads_on(name) for name in self.before.keys() | self.after.keys()})
        with suppress(CycleError):  # what is in no circle is told all the same
            sorter.prepare()
        ended: set[str] = set()
        while ready := sorter.get_ready():
            ended.update(ready)
            sorter.done(*ready)
        return self.moved - ended

    def _leads_on(self, name: str) -> set[str]:
        """Return the other root inputs to which this one follows a path that, in either lock, follows in turn."""
        paths = self.before.get(name, frozenset()) | self.after.get(name, frozenset())
        return {path[0] for path in paths if self._goes_on(path)} - {name}

    def _goes_on(self, path: Path) -> bool:
        return any(isinstance(_at(lock, path), tuple) for lock in (self.old, self.new))


def _at(document: LockDocument, path: Path) -> Edge | None:
    """Return what stands at a path that leads through nodes, as Nix looks for it; None where there is nothing."""
    *above, last = path
    node = document.nodes[document.root]
    for name in above:
        edge = node.inputs.get(name)
        if not isinstance(edge, str):
            return None
        node = document.nodes[edge]
    return node.inputs.get(last)
