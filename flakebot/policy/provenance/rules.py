"""Rules about where each changed byte of a lock comes from. They judge facts, and nothing where none were collected."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.change import Kind, Origin
from flakebot.lock.node import Node
from flakebot.lock.wording import shown
from flakebot.model.provenance import ContentAnswer, Fetched, IsOnRef, Unknown
from flakebot.policy.attributes import REVISIONED
from flakebot.policy.cases import LockCase
from flakebot.policy.provenance.basis import Basis
from flakebot.policy.provenance.sources import FETCHED, ref_of, spoken
from flakebot.policy.provenance.trace import Traced, serves
from flakebot.policy.rule import Objection, Rule, hold, refuse

_NOT_THERE = "Do not merge it. Find out who wrote this lock; if the branch was rewritten upstream, update again."
_NOT_SAID = "No update does this. Find out who wrote this lock; do not merge it."
_LATER = "Judge again later, or look for yourself and merge by hand."
_OF_HASH = len("sha256-") + 8
_CHANGED_LINK = "Update again: a link serves what it serves now."


def _ref(case: LockCase) -> Iterator[Objection]:
    for found, node in _own_nodes(case):
        match found.on_ref:
            case IsOnRef(holds=False):
                said = f"{shown(found.input)} is locked to {_short(node)}, which is not on {_place(node)}"
                yield refuse(said, _NOT_THERE, about=found.input)
            case Unknown(reason=reason):
                said = f"{shown(found.input)} could not be traced to {_place(node)}: {reason}"
                yield hold(said, _LATER, about=found.input)
        if found.served is not None and not serves(found.served, node):
            yield _not_served(found, node, found.served)


def _not_served(found: Traced, node: Node, served: ContentAnswer) -> Objection:
    link = shown(node.original.get("url"))
    why = served.reason if isinstance(served, Unknown) else "it serves something else now"
    said = f"{shown(found.input)} could not be traced to its link {link}: {why}"
    return hold(said, _CHANGED_LINK, about=found.input)


def _parent(case: LockCase) -> Iterator[Objection]:
    for found, _ in _own_nodes(case):
        match found.basis:
            case Basis.NOBODY:
                said = f"{shown(found.input)} is neither what its parent's lock says nor what its parent asks for"
                yield refuse(said, _NOT_SAID, about=found.input)
            case Unknown(reason=reason):
                said = f"what the parent of {shown(found.input)} says of it is not known: {reason}"
                yield hold(said, _LATER, about=found.input)


def _removed(case: LockCase) -> Iterator[Objection]:
    for found in _found(case):
        if found.change.kind is Kind.REMOVED and found.change.origin is not Origin.HERE:
            match found.basis:
                case Basis.NOBODY:
                    said = f"{shown(found.input)} was removed, but its parent still declares it"
                    yield refuse(said, _NOT_SAID, about=found.input)
                case Unknown(reason=reason):
                    said = f"whether the parent of {shown(found.input)} still declares it is not known: {reason}"
                    yield hold(said, _LATER, about=found.input)


def _content(case: LockCase) -> Iterator[Objection]:
    for found, node in _own_nodes(case):
        match found.content:
            case Fetched() as fetched:
                yield from _of_another(found, node, fetched)
            case Unknown(reason=reason):
                said = f"the content of {shown(found.input)} could not be fetched again: {reason}"
                yield hold(said, _LATER, about=found.input)


def _of_another(found: Traced, node: Node, fetched: Fetched) -> Iterator[Objection]:
    """Compare what the lock says of the content with what it is. Only a revision has one content for ever."""
    is_fixed = node.locked.get("type") in REVISIONED
    facts = (
        ("narHash", fetched.nar_hash),
        ("rev", fetched.rev),
        ("lastModified", fetched.last_modified),
        ("revCount", fetched.rev_count),
    )
    for name, value in facts:
        held = node.locked.get(name)
        if value is not None and held is not None and held != value:
            said = f"{shown(found.input)} has the {name} {_seen(held)}, but its content has {_seen(value)}"
            if is_fixed:
                yield refuse(said, "Do not merge it. Find out who wrote this lock.", about=found.input)
            else:
                yield hold(said, _CHANGED_LINK, about=found.input)


def _seen(value: object) -> str:
    """Show a value; a hash only by its beginning, which tells them apart and nobody where the content is kept."""
    text = str(value)
    return shown(f"{text[:_OF_HASH]}…" if text.startswith("sha256-") else text)


def _untraceable(case: LockCase) -> Iterator[Objection]:
    for found, node in _own_nodes(case):
        kind = node.locked.get("type")
        if kind not in FETCHED:
            said = f"{shown(found.input)} is of the type {shown(kind)}, of which nobody can be asked"
            yield hold(said, "Read what changed there, and merge by hand.", about=found.input)


def _found(case: LockCase) -> tuple[Traced, ...]:
    return () if case.facts is None else case.trace.found


def _own_nodes(case: LockCase) -> Iterator[tuple[Traced, Node]]:
    return ((found, found.node) for found in _found(case) if found.node is not None)


def _short(node: Node) -> str:
    return str(node.locked.get("rev"))[:12]


def _place(node: Node) -> str:
    return shown(spoken(ref_of(node)))


PROVENANCE = (
    Rule(
        name="provenance-ref",
        purpose="A revision is on the ref that was asked for, by the host's own word, not merely in a fork's history.",
        objections=_ref,
    ),
    Rule(
        name="provenance-parent",
        purpose="What an input brings along is what its own lock says, or what its flake.nix asks for.",
        objections=_parent,
    ),
    Rule(
        name="provenance-removed",
        purpose="An input that is gone is no longer declared by what declared it.",
        objections=_removed,
    ),
    Rule(
        name="provenance-content",
        purpose="What the lock says of some content is what the content gives when it is fetched again.",
        objections=_content,
    ),
    Rule(
        name="provenance-untraceable",
        purpose="What can be traced to nobody is looked at by a person.",
        objections=_untraceable,
    ),
)
