"""Rules about each input that is new or changed, by itself: is it locked, and to what it asks for? No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flakebot.lock.node import Node
from flakebot.lock.place import LINKED, PLACE, contradictions, is_redirect, is_same_place
from flakebot.lock.wording import shown
from flakebot.policy.attributes import KNOWN, REVISIONED, faults
from flakebot.policy.cases import Located, LockCase
from flakebot.policy.rule import Objection, Rule, hold, refuse

_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NAR_HASH = re.compile(r"sha256-[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
"""32 bytes in base64: the last of 43 digits carries four bits, so that its other two are zero."""

_DIRTY = ("dirtyRev", "dirtyShortRev")
_BY_NIX = "Let Nix make the lock again with `nix flake update`, and find out what wrote this one."


def _attributes(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        for side, attributes in (("locked", found.node.locked), ("original", found.node.original)):
            for fault in faults(attributes):
                yield refuse(f"{side} of {shown(found.input)} {fault}", _BY_NIX, about=found.input)


def _type(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        if (reason := _untraceable(found.node)) is not None and not case.is_settled(found.input):
            said = f"{shown(found.input)} is {reason}, whose content cannot be traced to anybody"
            yield hold(said, "Read what changed there, and merge by hand.", about=found.input)


def _untraceable(node: Node) -> str | None:
    kind = node.locked.get("type")
    if kind == "path" and not node.is_relative:
        return "a folder of one machine"
    return f"of the unknown type {shown(kind)}" if isinstance(kind, str) and kind not in KNOWN else None


def _unlocked(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        locked = found.node.locked
        for name in (name for name in _DIRTY if name in locked):
            said = (
                f"{shown(found.input)} is locked to a work tree with changes of its own ({name} {shown(locked[name])})"
            )
            yield refuse(said, "Commit the changes of that input and update again.", about=found.input)
        if locked.get("type") == "indirect":
            yield refuse(f"{shown(found.input)} is locked to a name in a registry", _BY_NIX, about=found.input)
        if locked.get("type") in REVISIONED and "rev" not in locked:
            yield refuse(f"{shown(found.input)} is locked to no revision", _BY_NIX, about=found.input)


def _rev(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        rev = found.node.locked.get("rev")
        if rev is not None and _REVISION.fullmatch(str(rev)) is None:
            said = f"{shown(found.input)} has the revision {shown(rev)}, expected 40 or 64 hexadecimal digits"
            yield refuse(said, _BY_NIX, about=found.input)


def _nar_hash(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        nar_hash = found.node.locked.get("narHash")
        had_one = found.old is not None and "narHash" in found.old.locked
        if nar_hash is None and (had_one or not found.node.is_relative):
            yield refuse(
                f"{shown(found.input)} has no narHash, so that any content would do", _BY_NIX, about=found.input
            )
        if nar_hash is not None and _NAR_HASH.fullmatch(str(nar_hash)) is None:
            said = f"{shown(found.input)} has the narHash {shown(nar_hash)}, expected sha256- and 44 digits of base64"
            yield refuse(said, _BY_NIX, about=found.input)


def _original(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        for name in _contradictions(found):
            asked, held = (side.get(name, "nothing") for side in (found.node.original, found.node.locked))
            said = f"{shown(found.input)} is locked to {name} {shown(held)}, but asks for {shown(asked)}"
            yield refuse(said, _BY_NIX, about=found.input)


def _contradictions(found: Located) -> tuple[str, ...]:
    """Leave out the place of an input of an input that was locked there before, against what it asks for.

    Nix before 2.24 writes so where this repository's flake.nix overrides what an input's own flake.nix asks for.
    """
    now = contradictions(found.node)
    if not now or "/" not in found.input or found.old is None or not is_same_place(found.old, found.node):
        return now
    before = contradictions(found.old)
    return tuple(name for name in now if not (name in PLACE and name in before))


def _redirect(case: LockCase) -> Iterator[Objection]:
    for found in case.located:
        is_linked = found.node.locked.get("type") in LINKED
        if found.old is None and is_linked and not is_redirect(found.node) and not case.is_settled(found.input):
            asked, held = found.node.original.get("url"), found.node.locked.get("url")
            said = f"{shown(found.input)} asks for {shown(asked)} and is locked to {shown(held)}"
            yield hold(said, "Fetch the link and see whether its server sends you there.", about=found.input)


CONTENT = (
    Rule(
        name="lock-attributes",
        purpose="An input has the attributes of its type and no others, with values of their types.",
        objections=_attributes,
    ),
    Rule(
        name="lock-type",
        purpose="An input comes from somewhere that others can look at too.",
        objections=_type,
    ),
    Rule(
        name="lock-unlocked",
        purpose="Every input is locked to one revision.",
        objections=_unlocked,
    ),
    Rule(
        name="lock-rev",
        purpose="A revision is a full commit name, never a branch, a tag or a part of one.",
        objections=_rev,
    ),
    Rule(
        name="lock-nar-hash",
        purpose="Every input's content is fixed by a well-formed hash.",
        objections=_nar_hash,
    ),
    Rule(
        name="lock-original",
        purpose="An input is locked to what it asks for, not to something else under its name.",
        objections=_original,
    ),
    Rule(
        name="lock-redirect",
        purpose="A link that is locked to another address leads there by a known service, or a person checks it.",
        objections=_redirect,
    ),
)
