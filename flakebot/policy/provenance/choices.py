"""Chosen, not found: an update notes which revision it took of which ref, and its lock holds exactly these. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flakebot.lock.change import Change, Origin
from flakebot.lock.diff import diff
from flakebot.lock.document import LockError, parse
from flakebot.lock.node import Node
from flakebot.lock.wording import shown
from flakebot.model import Choice
from flakebot.policy.cases import LockCase
from flakebot.policy.rule import Objection, Rule, refuse

_MAKE_AGAIN = "Make the update again; something changed the candidate after it was made."


def choices(old: bytes | None, new: bytes, *, seen_at: datetime) -> tuple[Choice, ...]:
    """Return what an update chose for the inputs of this repository: what Nix just locked for their refs.

    Nix asked the hosts for the tips; nobody asks them again here. The record is made where the lock is, so it could
    vouch for no more than the lock itself: whether a revision is on its ref is asked by who approves (provenance-ref).
    Nothing, where there is no lock to compare with, or one that cannot be compared: that is judged elsewhere.
    """
    try:
        changes = () if old is None else diff(parse(old), parse(new)).changes
    except LockError:
        return ()
    return tuple(
        Choice(input=change.input, ref=_ref(node), revision=_revision(node), seen_at=seen_at)
        for change, node in _moved_here(changes)
    )


def _chosen(case: LockCase) -> Iterator[Objection]:
    if case.evidence.choices is None:
        return
    chosen = {choice.input: choice for choice in case.evidence.choices}
    found = {change.input: node for change, node in _moved_here(case.changes)}
    for name in sorted(chosen.keys() | found.keys()):
        noted, node = chosen.get(name), found.get(name)
        if node is None:
            yield refuse(f"a revision was chosen for {shown(name)}, which did not move", _MAKE_AGAIN, about=name)
        elif noted is None:
            yield refuse(f"{shown(name)} moved, but no revision was chosen for it", _MAKE_AGAIN, about=name)
        elif (noted.revision, noted.ref) != (_revision(node), _ref(node)):
            said = f"{shown(name)} is locked to {shown(_revision(node))}, but {shown(noted.revision)} was chosen"
            yield refuse(said, _MAKE_AGAIN, about=name)


def _moved_here(changes: tuple[Change, ...]) -> Iterator[tuple[Change, Node]]:
    for change in changes:
        if change.origin is Origin.HERE and change.new is not None and change.new_follows is None:
            yield change, change.new


def _ref(node: Node) -> str | None:
    ref = node.original.get("ref")
    return None if ref is None else str(ref)


def _revision(node: Node) -> str:
    return str(node.locked.get("rev", node.locked.get("narHash", "")))


CHOICES = (
    Rule(
        name="lock-chosen",
        purpose="A lock that was made here holds exactly the revisions that its update chose.",
        objections=_chosen,
    ),
)
