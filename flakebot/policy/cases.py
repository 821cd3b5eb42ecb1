"""What the rules of one kind look at: evidence with the expectation it is held against. Values, computed once."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from flakebot.lock.change import Change, Kind
from flakebot.lock.diff import diff
from flakebot.lock.document import LockDocument, LockError, parse
from flakebot.lock.node import Node
from flakebot.lock.paths import input_paths
from flakebot.model import RequiredCheck
from flakebot.model.provenance import Facts
from flakebot.policy.evidence import (
    ChangeEvidence,
    ChangeExpectation,
    ChecksEvidence,
    LockEvidence,
    LockExpectation,
    ProposalEvidence,
    ProposalExpectation,
)
from flakebot.policy.floating import is_floating
from flakebot.policy.provenance.basis import Basis
from flakebot.policy.provenance.declared import OwnFlake
from flakebot.policy.provenance.flake_file import flake_from
from flakebot.policy.provenance.trace import NOTHING, Trace, Traced, trace

_DECLARED_ALIKE = {Kind.RELOCATED, Kind.MOVED}


class Located(Struct, frozen=True, kw_only=True):
    """A node of the new lock that is new or other than before. ``old`` is None where nothing was declared like it."""

    input: str
    node: Node
    old: Node | None


class LockCase(Struct, frozen=True, kw_only=True):
    """A lock at both ends. A defect says why one of them could not be read or compared; then there are no changes.

    Without ``facts`` nothing is traced. ``settled`` are the inputs whose every change is somebody else's word.
    ``redeclared`` is the flake.nix of the head where it is another than that of the base, None where it is the same.
    """

    evidence: LockEvidence
    expectation: LockExpectation
    old: LockDocument | None
    new: LockDocument | None
    old_defect: LockError | None
    new_defect: LockError | None
    changes: tuple[Change, ...]
    located: tuple[Located, ...]
    facts: Facts | None = None
    trace: Trace = NOTHING
    settled: Mapping[str, Traced] = field(default_factory=dict)
    redeclared: OwnFlake | None = None

    @classmethod
    def of(cls, evidence: LockEvidence, expectation: LockExpectation, *, facts: Facts | None = None) -> LockCase:
        """Read and compare both ends, as far as they can be, and trace what changed as far as the facts go."""
        old, old_defect = _read(evidence.old)
        new, new_defect = _read(evidence.new)
        changes, defect = _changes(old, new)
        traced = NOTHING if new is None or facts is None else trace(new, changes, facts, own_flake=evidence.own_flake)
        return cls(
            evidence=evidence,
            expectation=expectation,
            old=old,
            new=new,
            old_defect=old_defect,
            new_defect=new_defect or defect,
            changes=changes,
            located=_located(evidence, new, changes),
            facts=facts,
            trace=traced,
            settled={found.input: found for found in traced.found if found.is_settled},
            redeclared=_redeclared(evidence),
        )

    def is_settled(self, name: str) -> bool:
        """Whether all that changed about an input, by its path, is somebody else's word."""
        return name in self.settled

    def is_copied(self, name: str) -> bool:
        """Whether an input, by its path, is exactly what the lock of its parent says, and that lock was read."""
        return self.is_settled(name) and self.settled[name].basis is Basis.LOCKED

    def is_floating(self, change: Change) -> bool:
        """Whether no lock of the inputs above it can have fixed what an input was before the change."""
        return self.old is not None and is_floating(self.old, change.path)


class ChangeCase(Struct, frozen=True, kw_only=True):
    """A range of commits."""

    evidence: ChangeEvidence
    expectation: ChangeExpectation


class ProposalCase(Struct, frozen=True, kw_only=True):
    """A pull request and the accounts that are to have made and to judge it."""

    evidence: ProposalEvidence
    expectation: ProposalExpectation


class ChecksCase(Struct, frozen=True, kw_only=True):
    """The checks of the head. ``required`` is what the branch's rules and the configuration require together."""

    evidence: ChecksEvidence
    expectation: ProposalExpectation
    head: str
    required: tuple[RequiredCheck, ...]


def _read(data: bytes | None) -> tuple[LockDocument | None, LockError | None]:
    if data is None:
        return None, None
    try:
        return parse(data), None
    except LockError as error:
        return None, error


def _redeclared(evidence: LockEvidence) -> OwnFlake | None:
    flake = evidence.new_flake
    return None if flake is None or flake == evidence.flake else flake_from(flake)


def _changes(old: LockDocument | None, new: LockDocument | None) -> tuple[tuple[Change, ...], LockError | None]:
    if old is None or new is None:
        return (), None
    try:
        return diff(old, new).changes, None
    except LockError as error:
        return (), error


def _located(evidence: LockEvidence, new: LockDocument | None, changes: tuple[Change, ...]) -> tuple[Located, ...]:
    """Where there was no lock before, everything is new."""
    if new is not None and evidence.old is None:
        return tuple(Located(input="/".join(path), node=new.nodes[name], old=None) for name, path in input_paths(new))
    return tuple(
        Located(input=change.input, node=change.new, old=change.old if change.kind in _DECLARED_ALIKE else None)
        for change in changes
        if change.new is not None and change.new_follows is None
    )
