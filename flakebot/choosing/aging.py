"""Which inputs of an update must have an age, and what to ask about them. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Node
from flakebot.model.tips import PastTips
from flakebot.policy.globs import matches
from flakebot.policy.provenance.sources import ON_REFS, ref_of

MinAges = tuple[tuple[str, timedelta], ...]
"""Globs over inputs, each with the least age; the last that fits counts."""


class Aging(Struct, frozen=True, kw_only=True):
    """A root input that an update moves, from ``old`` to ``new``, and the age that a revision of it must have.

    ``old`` is None where the input had no node of its own that asked for the same.
    """

    name: str
    old: Node | None
    new: Node
    least: timedelta

    def question(self, now: datetime) -> PastTips | None:
        """Return what to ask its host; None for what has no refs."""
        if self.new.locked.get("type") not in ON_REFS:
            return None
        asked = ref_of(self.new)
        return PastTips(
            place=asked.place,
            ref=asked.ref,
            present=asked.rev,
            until=now - self.least,
            locked=None if self.old is None else str(self.old.locked.get("rev")),
            since=None if self.old is None else modified(self.old),
        )


def aging_inputs(old: LockDocument | None, new: LockDocument, min_age: MinAges) -> Iterator[Aging]:
    """Yield the inputs that moved and for which an age is configured, sorted by name."""
    for name in sorted(new.nodes[new.root].inputs):
        before, after, least = _own(old, name), _own(new, name), least_age(name, min_age)
        is_moved = before is None or after is None or before.locked != after.locked
        if after is not None and least > timedelta(0) and is_moved and _floats(after):
            is_alike = before is not None and before.original == after.original
            yield Aging(name=name, old=before if is_alike else None, new=after, least=least)


def modified(node: Node) -> datetime | None:
    """Return the time that a lock notes for a node's content, None when it notes none."""
    seconds = node.locked.get("lastModified")
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def _own(document: LockDocument | None, name: str) -> Node | None:
    """Return the node that a root input has for itself; None when it follows another or does not exist."""
    edge = None if document is None else document.nodes[document.root].inputs.get(name)
    return document.nodes[edge] if document is not None and isinstance(edge, str) else None


def _floats(node: Node) -> bool:
    return not node.is_relative and "rev" not in node.original


def least_age(name: str, min_age: MinAges) -> timedelta:
    """Return the age that is configured for a root input; none is no time at all."""
    ages = [least for glob, least in min_age if matches((name,), (glob,))]
    return ages[-1] if ages else timedelta(0)
