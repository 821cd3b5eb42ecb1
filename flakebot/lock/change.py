"""What became of one input between two locks. Values only; whether it may is for the policy to say."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from flakebot.lock.node import Attributes, Node, Path


class Kind(StrEnum):
    """How an input changed. Where several hold, the first of these."""

    ADDED = "added"
    REMOVED = "removed"
    REFOLLOWED = "follows something else"
    REDECLARED = "declared differently"
    RELOCATED = "moved to another place"
    MOVED = "moved to another revision"


class Origin(StrEnum):
    """Whose flake.nix and lock decide about an input."""

    HERE = "this repository"
    """The root's flake.nix, or that of a folder of this repository: a change of the lock alone does not change it."""
    MOVED = "the input above it, which moved"
    """The input that has it as an input moved, and brings what its own lock says."""
    MOVED_ABOVE = "an input further above, which moved"
    """The input that has it as an input stayed, but one above that moved, and its lock may say something else."""
    UNMOVED = "inputs that did not move"
    """Nothing above it moved, so nothing can have changed what it is."""

    @property
    def is_moved(self) -> bool:
        """Whether something above moved, that may be why."""
        return self in {Origin.MOVED, Origin.MOVED_ABOVE}


class Change(Struct, frozen=True, kw_only=True):
    """What became of the input at a path. A side that does not exist is None.

    ``old`` and ``new`` are the nodes behind the input, follows resolved; ``old_follows`` and ``new_follows`` are the
    paths that it follows, None where it has a node of its own.
    """

    path: Path
    kind: Kind
    origin: Origin
    old: Node | None
    new: Node | None
    old_follows: Path | None = None
    new_follows: Path | None = None

    @property
    def input(self) -> str:
        """The path as people write it: ``stylix/gnome-shell``."""
        return "/".join(self.path)

    @property
    def node(self) -> str:
        """The node's name in the new lock, in the old one when it was removed."""
        return next(side.name for side in (self.new, self.old) if side is not None)

    @property
    def old_locked(self) -> Attributes | None:
        """What it was locked to; None when it was not there. Empty when it followed the root."""
        return None if self.old is None else self.old.locked

    @property
    def new_locked(self) -> Attributes | None:
        """What it is locked to; None when it is no longer there."""
        return None if self.new is None else self.new.locked


class Difference(Struct, frozen=True, kw_only=True):
    """All changes between two locks, nearest to the root first, then by path."""

    changes: tuple[Change, ...]
