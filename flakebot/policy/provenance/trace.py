"""Trace each change of a lock: whose word it is, whether its revision is on its ref, what its content is. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from flakebot.lock.change import Change, Kind, Origin
from flakebot.lock.document import LockDocument
from flakebot.lock.node import Node
from flakebot.lock.place import LINKED, contradictions, is_redirect
from flakebot.model.provenance import ContentAnswer, Facts, Fetched, IsOnRef, OnRefAnswer, Question, Unknown
from flakebot.policy.provenance.authority import Lineage
from flakebot.policy.provenance.basis import Basis, basis_of_follows, basis_of_node, basis_of_removal
from flakebot.policy.provenance.declared import OwnFlake
from flakebot.policy.provenance.flake_file import FlakeFile, flake_from
from flakebot.policy.provenance.inquiry import Inquiry
from flakebot.policy.provenance.sources import FETCHED, ON_REFS, content_of, ref_of, served_for


class Traced(Struct, frozen=True, kw_only=True):
    """What could be found out about one change. ``node`` is the input's own, None where it has none any more.

    ``on_ref``, ``served`` (what its link serves now) and ``content`` are None where there is nothing to ask.
    """

    change: Change
    node: Node | None
    basis: Basis | Unknown
    on_ref: OnRefAnswer | None = None
    served: ContentAnswer | None = None
    content: ContentAnswer | None = None

    @property
    def input(self) -> str:
        """The input's path as people write it."""
        return self.change.input

    @property
    def is_settled(self) -> bool:
        """Whether every part of the change is somebody else's word."""
        if isinstance(self.basis, Unknown) or self.basis is Basis.NOBODY:
            return False
        return self.node is None or self.node.is_relative or self._is_from_there(self.node)

    def _is_from_there(self, node: Node) -> bool:
        is_reached = self.on_ref is None or self.on_ref == IsOnRef(holds=True)
        return is_reached and has_hash(self.content, node) and (self.served is None or serves(self.served, node))


def has_hash(answer: ContentAnswer | None, node: Node) -> bool:
    """Whether the content that was fetched is the locked one."""
    return isinstance(answer, Fetched) and answer.nar_hash == node.locked.get("narHash")


def serves(answer: ContentAnswer, node: Node) -> bool:
    """Whether a link serves the locked content, or served it before, where only its service can have published it."""
    return has_hash(answer, node) or (isinstance(answer, Fetched) and is_redirect(node) and _is_published(node))


def _is_published(node: Node) -> bool:
    """Whether the locked address is of a service that keeps releases; an archive by a commit may be of anybody's."""
    return str(node.locked.get("url")).startswith(("https://releases.nixos.org/", "https://api.flakehub.com/"))


class Trace(Struct, frozen=True, kw_only=True):
    """Everything that was found out about a lock's changes, and what is still to be asked."""

    found: tuple[Traced, ...]
    open_questions: tuple[Question, ...]


NOTHING = Trace(found=(), open_questions=())
"""Where nothing was asked."""


def trace(new: LockDocument, changes: Iterable[Change], facts: Facts, *, own_flake: bytes | None) -> Trace:
    """Trace the changes. ``own_flake`` is this repository's flake.nix, None where it is not known."""
    tracer = _Tracer(new, facts, own_flake)
    found = tuple(map(tracer.traced, changes))
    return Trace(found=found, open_questions=tracer.inquiry.open_questions)


def _is_declared_anew(change: Change) -> bool:
    """Whether this repository declares an input only now, so that nobody can have looked at it before."""
    return change.origin is Origin.HERE and change.kind in {Kind.ADDED, Kind.REFOLLOWED, Kind.REDECLARED}


class _Tracer:
    def __init__(self, new: LockDocument, facts: Facts, own_flake: bytes | None) -> None:
        self.inquiry = Inquiry(facts)
        self._lineage = Lineage(new, self.inquiry)
        self._own: OwnFlake = FlakeFile() if own_flake is None else flake_from(own_flake)

    def traced(self, change: Change) -> Traced:
        if change.new is None:
            return Traced(change=change, node=None, basis=self._basis_of_absence(change))
        if change.new_follows is not None:
            basis = basis_of_follows(change, change.new_follows, self._lineage, self._own)
            return Traced(change=change, node=None, basis=basis)
        return self._traced_node(change, change.new)

    def _basis_of_absence(self, change: Change) -> Basis | Unknown:
        return Basis.NOBODY if change.origin is Origin.HERE else basis_of_removal(change, self._lineage)

    def _traced_node(self, change: Change, node: Node) -> Traced:
        basis = basis_of_node(change, node, self._lineage, self._own)
        is_anew = basis in {Basis.HERE, Basis.DECLARED}
        is_said = is_anew or basis is Basis.LOCKED  # what nobody asks for is not fetched, wherever it may point
        return Traced(
            change=change,
            node=node,
            basis=basis,
            on_ref=self._on_ref(change, node) if is_anew else None,
            served=self._served(node) if is_anew else None,
            content=self._content(change, node) if is_said else None,
        )

    def _on_ref(self, change: Change, node: Node) -> OnRefAnswer | None:
        is_pinned = "rev" in node.original
        if node.locked.get("type") not in ON_REFS or (is_pinned and not _is_declared_anew(change)):
            return None
        answer = self.inquiry.on_ref(ref_of(node))
        if answer == IsOnRef(holds=False) and is_pinned:
            return Unknown(reason="flake.nix pins a revision that is not on it, as one of a fork is not")
        if answer == IsOnRef(holds=False) and node.original.get("type") == "indirect":
            return Unknown(reason="the registry that gave its place does not say which branch it meant")
        if answer == IsOnRef(holds=False) and contradictions(node):
            return Unknown(reason="its place is an override, and the lock does not say of which branch")
        return answer

    def _served(self, node: Node) -> ContentAnswer | None:
        if node.locked.get("type") not in LINKED or served_for(node) == content_of(node):
            return None
        return self.inquiry.content(served_for(node))

    def _content(self, change: Change, node: Node) -> ContentAnswer | None:
        if node.is_relative or node.locked.get("type") not in FETCHED:
            return None
        question = self._lineage.content(change.path)
        return None if question is None else self.inquiry.content(question)
