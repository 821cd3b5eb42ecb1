"""One input in two locks at once: what it is in either, and who may have changed it. No I/O, no judgement."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec import Struct

from flakebot.lock.change import Change, Kind, Origin
from flakebot.lock.node import Node, Path
from flakebot.lock.place import is_identical, is_same_place


class Side(Struct, frozen=True, kw_only=True):
    """An input in one lock: the node behind it, and the path that it follows to get there. Empty: it has none."""

    node: Node | None = None
    follows: Path | None = None

    @property
    def own(self) -> Node | None:
        """The node, when it is the input's own and not one that it follows."""
        return self.node if self.follows is None else None


class Pair(Struct, frozen=True, kw_only=True):
    """The input at one path of both locks. ``origin`` says who decides about it."""

    path: Path
    old: Side
    new: Side
    origin: Origin

    @property
    def key(self) -> tuple[str | None, str | None, Origin]:
        """What makes two visits the same visit."""
        old, new = self.old.own, self.new.own
        return (None if old is None else old.name, None if new is None else new.name, self.origin)

    @property
    def owns_nodes(self) -> bool:
        """Whether there are nodes whose inputs are to be compared from here."""
        return self.old.own is not None or self.new.own is not None

    @property
    def input_names(self) -> AbstractSet[str]:
        """The names of the inputs of either node."""
        old, new = self.old.own, self.new.own
        return {*(() if old is None else old.inputs), *(() if new is None else new.inputs)}

    @property
    def origin_of_inputs(self) -> Origin:
        """Who decides about the inputs of these nodes. A folder of a tree moves with the tree, as does the root."""
        old, new = self.old.own, self.new.own
        if not self.path or (old is not None and new is not None and old.is_relative and new.is_relative):
            return self.origin
        if old is None or new is None or not is_identical(old.locked, new.locked):
            return Origin.MOVED
        return Origin.MOVED_ABOVE if self.origin.is_moved else Origin.UNMOVED

    def change(self, above: Pair) -> Change | None:
        """Return how the input changed, None when it did not."""
        kind = self._kind()
        if kind is None:
            return None
        return Change(
            path=self.path,
            kind=kind,
            origin=Origin.HERE if kind is Kind.REFOLLOWED and self._is_told_here(above) else self.origin,
            old=self.old.node,
            new=self.new.node,
            old_follows=self.old.follows,
            new_follows=self.new.follows,
        )

    def _kind(self) -> Kind | None:
        if self.old.node is None or self.new.node is None:
            return Kind.ADDED if self.old.node is None else Kind.REMOVED
        if self.old.follows != self.new.follows:
            return Kind.REFOLLOWED
        return None if self.old.follows is not None else _kind_of_nodes(self.old.node, self.new.node)

    def _is_told_here(self, above: Pair) -> bool:
        """Whether only this repository's flake.nix can have said what an input of a root input follows.

        Nix writes what ``inputs.a.inputs.b.follows`` says as a path from the root, and what a's own flake.nix says
        as a path that begins with a. Further down it proves nothing: old versions of Nix left out some of what the
        root says there, and newer ones mend it.
        """
        told = [follows for follows in (self.old.follows, self.new.follows) if follows is not None]
        is_below_root_input = len(above.path) == 1 and any(follows[:1] != above.path for follows in told)
        return is_below_root_input and _is_same_flake(above.old.own, above.new.own)


def _kind_of_nodes(old: Node, new: Node) -> Kind | None:
    if (old.is_flake, old.parent) != (new.is_flake, new.parent) or not is_identical(old.original, new.original):
        return Kind.REDECLARED
    if is_identical(old.locked, new.locked):
        return None
    return Kind.MOVED if is_same_place(old, new) else Kind.RELOCATED


def _is_same_flake(old: Node | None, new: Node | None) -> bool:
    return old is not None and new is not None and is_identical(old.original, new.original)
