"""Rules about a lock as a document: one meaning, the bytes that Nix writes, there before and after. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flakebot.lock.canonical import canonical
from flakebot.lock.error import Defect
from flakebot.lock.paths import shared_nodes
from flakebot.lock.wording import shown
from flakebot.policy.cases import LockCase
from flakebot.policy.rule import Objection, Rule, hold, refuse

_REWRITE = "Let Nix write the lock: `nix flake lock`, or `nix flake update`."


def _of_defect(defect: Defect) -> Callable[[LockCase], Iterator[Objection]]:
    """Refuse a defect of the new lock; for one that the base has already, and nothing compares with, ask a person."""

    def objections(case: LockCase) -> Iterator[Objection]:
        if case.new_defect is not None and case.new_defect.defect is defect:
            yield refuse(f"{case.evidence.path}: {case.new_defect}", _REWRITE)
        if case.old_defect is not None and case.old_defect.defect is defect:
            said = f"{case.evidence.path} of the base cannot be compared with: {case.old_defect}"
            yield hold(said, "Mend the lock on the base branch by hand first.")

    return objections


def _canonical(case: LockCase) -> Iterator[Objection]:
    if case.new is None or case.evidence.new is None:
        return
    expected = canonical(case.new)
    if case.evidence.new != expected:
        line = _first_difference(case.evidence.new, expected)
        yield refuse(f"{case.evidence.path} is not written as Nix writes it, from line {line} on", _REWRITE)


def _first_difference(found: bytes, expected: bytes) -> int:
    pairs = enumerate(zip(found.split(b"\n"), expected.split(b"\n"), strict=False), start=1)
    return next((number for number, (one, other) in pairs if one != other), found.count(b"\n") + 1)


def _missing(case: LockCase) -> Iterator[Objection]:
    if case.evidence.new is None:
        yield refuse(f"{case.evidence.path} does not exist after the change", "Restore the lock from the base branch.")


def _appeared(case: LockCase) -> Iterator[Objection]:
    if case.evidence.old is None and case.evidence.new is not None:
        said = f"{case.evidence.path} is new, so that there is nothing to compare it with"
        yield hold(said, "Read the first lock and merge it by hand; every later one is compared with it.")


def _version_changed(case: LockCase) -> Iterator[Objection]:
    if case.old is not None and case.new is not None and case.old.version != case.new.version:
        said = f"{case.evidence.path} changed from version {case.old.version} to version {case.new.version}"
        yield hold(said, "Merge the first lock of another version by hand, once you know which Nix wrote it.")


def _shared(case: LockCase) -> Iterator[Objection]:
    if case.new is None:
        return
    before = {} if case.old is None else shared_nodes(case.old)
    for name, inputs in shared_nodes(case.new).items():
        if before.get(name) != inputs:
            said = f"{case.evidence.path}: node {shown(name)} is several inputs at once: {', '.join(inputs)}"
            yield hold(said, f"Nix writes a node for each input. {_REWRITE}")


DOCUMENT = (
    Rule(
        name="lock-missing",
        purpose="An update changes a lock; it never removes it.",
        objections=_missing,
    ),
    Rule(
        name="lock-appeared",
        purpose="A first lock cannot be compared with anything, so a person reads it.",
        objections=_appeared,
    ),
    Rule(
        name=Defect.JSON,
        purpose="A lock is JSON: an object with nodes, a root and a version, in UTF-8.",
        objections=_of_defect(Defect.JSON),
    ),
    Rule(
        name=Defect.DUPLICATE_KEY,
        purpose="No key stands twice in one object: one parser would take the first value and another the last.",
        objections=_of_defect(Defect.DUPLICATE_KEY),
    ),
    Rule(
        name=Defect.SIZE,
        purpose="A lock has a size that a lock can have: bytes, nodes, depth, and pairs of nodes to compare.",
        objections=_of_defect(Defect.SIZE),
    ),
    Rule(
        name=Defect.VERSION,
        purpose="The lock's version is one whose meaning is known.",
        objections=_of_defect(Defect.VERSION),
    ),
    Rule(
        name=Defect.FIELD,
        purpose="Every field is one that Nix writes, with a value of its type.",
        objections=_of_defect(Defect.FIELD),
    ),
    Rule(
        name=Defect.REFERENCE,
        purpose="Every node that is referred to exists, and none is an input of its own inputs.",
        objections=_of_defect(Defect.REFERENCE),
    ),
    Rule(
        name=Defect.FOLLOWS,
        purpose="Every input that follows another one ends at a node.",
        objections=_of_defect(Defect.FOLLOWS),
    ),
    Rule(
        name=Defect.UNREACHABLE,
        purpose="Every node is the input of something: Nix leaves nothing else in a lock.",
        objections=_of_defect(Defect.UNREACHABLE),
    ),
    Rule(
        name="lock-shared-node",
        purpose="Every node is one input's: what it brings along would be judged at one place and used at two.",
        objections=_shared,
    ),
    Rule(
        name="lock-canonical",
        purpose="The bytes are exactly those that Nix writes for what they mean.",
        objections=_canonical,
    ),
    Rule(
        name="lock-version-changed",
        purpose="The lock keeps its version; another one means another Nix, and perhaps another reading.",
        objections=_version_changed,
    ),
)
