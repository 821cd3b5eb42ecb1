"""Rules about what changed between two locks, input by input: an update moves revisions and nothing else. No I/O.

The flake.nix of this repository is not part of an update, so what it declares stays; where a person changes it, it may
explain what is declared differently (`redeclared`). What an input brings along may change when that input moves: a
person looks at it, until it can be traced. Where nothing above moved, nothing may.
"""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.change import Change, Kind, Origin
from flakebot.lock.node import Node
from flakebot.lock.place import LINKED, branch, is_identical, is_redirect
from flakebot.lock.wording import shown
from flakebot.policy.cases import LockCase
from flakebot.policy.changes import became, declarations, differences, followed, of_both
from flakebot.policy.redeclared import unless_explained
from flakebot.policy.rule import Objection, Rule, hold, refuse

_NO_UPDATE = "No update does this while flake.nix stays as it is. Find out who wrote this lock; do not merge it."
_UNLOCKED = (
    "It was younger than the inputs above it, so these may have no lock. Let it be traced (`flakebot verify --pr`), "
    "or look for yourself and merge by hand."
)
_BY_HAND = "Read what changed there and merge by hand, or leave it and update again later."


def _root_inputs(case: LockCase) -> Iterator[Objection]:
    for change in _declared_here(case, Kind.ADDED, Kind.REMOVED):
        why = "declares the same inputs as before" if case.redeclared is None else "does not say so"
        yield from unless_explained(case, change, f"{shown(change.input)} was {change.kind}, but flake.nix {why}")


def _root_original(case: LockCase) -> Iterator[Objection]:
    for change, old, new in of_both(_declared_here(case, Kind.REDECLARED), Kind.REDECLARED):
        said = f"{shown(change.input)} is declared differently than before: {declarations(old, new)}"
        if _differs_in_parent(old, new):
            yield hold(said, "Nix 2.26 and later write it; merge by hand, and keep to one version.", about=change.input)
        else:
            yield from unless_explained(case, change, said)


def _root_follows(case: LockCase) -> Iterator[Objection]:
    for change in _declared_here(case, Kind.REFOLLOWED):
        old, new = followed(change.old_follows), followed(change.new_follows)
        expected = "what flake.nix says" + (" and the lock said before" if case.redeclared is None else "")
        said = f"{shown(change.input)} {new}, expected {expected}: before, it {old}"
        yield from unless_explained(case, change, said)


def _location(case: LockCase) -> Iterator[Objection]:
    for change, old, new in of_both(case.changes, Kind.RELOCATED):
        said = f"{shown(change.input)} is locked to another place: {differences(old.locked, new.locked)}"
        is_linked = new.locked.get("type") in LINKED and old.locked.get("type") == new.locked.get("type")
        if (is_linked and case.is_settled(change.input)) or case.is_copied(change.input):
            continue
        if is_linked and is_redirect(new):
            yield hold(said, "Fetch the link and see whether its server sends you there.", about=change.input)
        elif not change.origin.is_moved:
            yield refuse(said, _NO_UPDATE, about=change.input)


def _unmoved_parent(case: LockCase) -> Iterator[Objection]:
    for change in case.changes:
        if case.is_settled(change.input):
            continue
        if change.origin is Origin.UNMOVED:
            yield _of_unmoved(case, change)
        elif change.origin is Origin.MOVED_ABOVE and change.kind is Kind.MOVED:
            said = f"{shown(change.input)} {became(change)}, but only an input further above moved"
            yield hold(said, _BY_HAND, about=change.input)


def _of_unmoved(case: LockCase, change: Change) -> Objection:
    said = f"{shown(change.input)} {became(change)}, but nothing that declares it moved"
    if change.kind is Kind.MOVED and case.is_floating(change):
        return hold(said, _UNLOCKED, about=change.input)
    return refuse(said, _NO_UPDATE, about=change.input)


def _graph(case: LockCase) -> Iterator[Objection]:
    for change in case.changes:
        if change.origin.is_moved and change.kind is not Kind.MOVED and not case.is_settled(change.input):
            said = f"{shown(change.input)} {became(change)} along with an input that moved"
            yield hold(said, _BY_HAND, about=change.input)


def _ref(case: LockCase) -> Iterator[Objection]:
    for change, old, new in of_both(case.changes, Kind.RELOCATED, Kind.MOVED):
        if branch(old.locked) != branch(new.locked) and not case.is_settled(change.input):
            held, found = (shown(side.locked.get("ref", "none")) for side in (old, new))
            said = f"{shown(change.input)} was locked on the branch {held} and is now on {found}"
            yield hold(said, "Look whether the repository has another default branch now.", about=change.input)


def _declared_here(case: LockCase, *kinds: Kind) -> Iterator[Change]:
    return (change for change in case.changes if change.origin is Origin.HERE and change.kind in kinds)


def _differs_in_parent(old: Node, new: Node) -> bool:
    """Whether only one of the locks says from where a relative path starts: Nix does so since 2.26."""
    is_same = old.is_flake == new.is_flake and is_identical(old.original, new.original)
    return is_same and new.is_relative and None in {old.parent, new.parent}


MOVES = (
    Rule(
        name="lock-root-inputs",
        purpose="flake.nix is not part of the change, so it declares the same inputs as before.",
        objections=_root_inputs,
    ),
    Rule(
        name="lock-root-original",
        purpose="What this repository declares an input to be stays as it was.",
        objections=_root_original,
    ),
    Rule(
        name="lock-root-follows",
        purpose="What this repository says that inputs follow stays as it was.",
        objections=_root_follows,
    ),
    Rule(
        name="lock-location",
        purpose="An input keeps coming from where it came from: type, host, owner, repository, address and folder.",
        objections=_location,
    ),
    Rule(
        name="lock-unmoved-parent",
        purpose="The inputs of an input stay what they are until that input moves itself.",
        objections=_unmoved_parent,
    ),
    Rule(
        name="lock-graph",
        purpose="When an input that moved brings other inputs along, a person sees them before they are merged.",
        objections=_graph,
    ),
    Rule(
        name="lock-ref",
        purpose="An input stays on the branch that it was on.",
        objections=_ref,
    ),
)
