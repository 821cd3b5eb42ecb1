"""Spoil every field of every node of locks that real Nix wrote, one at a time: nothing but a revision gets through."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest

from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.verdict import Severity
from tests.lock.samples import HISTORIES, lock, nar_hash, rev, written
from tests.policy.rows import outcome

Fields = dict[str, object]

REAL = {
    "the sample": lock(),
    "nix-2.8": (HISTORIES / "nix-2.8" / "5-top-brings-it.lock").read_bytes(),
    "nix-2.34": (HISTORIES / "nix-2.34" / "5-top-brings-it.lock").read_bytes(),
}


def _mapping(value: object) -> Fields:
    assert isinstance(value, dict)
    return value


def _spoilt(old: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield every change of one field: ``node/locked/rev`` and the lock that has it."""
    document: Fields = json.loads(old)
    for name, node in _mapping(document["nodes"]).items():
        for side in ("locked", "original"):
            for field, value in _mapping(_mapping(node).get(side, {})).items():
                for what, spoilt in (("other", _other(field, value)), ("gone", None)):
                    new = copy.deepcopy(document)
                    fields = _mapping(_mapping(_mapping(new["nodes"])[name])[side])
                    del fields[field]
                    if spoilt is not None:
                        fields[field] = spoilt
                    yield f"{name}/{side}/{field} {what}", written(new)


def _other(field: str, value: object) -> object:
    match field, value:
        case "rev", _:
            return rev(12345)
        case "narHash", _:
            return nar_hash(12345)
        case _, bool():
            return not value
        case _, int():
            return value + 1
        case _:
            return f"{value}x"


def _judged(old: bytes, new: bytes) -> Severity | None:
    return outcome(judge_lock(LockEvidence(path="flake.lock", old=old, new=new), LockExpectation()))


@pytest.mark.parametrize("old", REAL.values(), ids=REAL.keys())
def test_nothing_but_a_revision_gets_through(old: bytes) -> None:
    passed = {place for place, new in _spoilt(old) if _judged(old, new) is None}
    revisions = {place for place, _ in _spoilt(old) if place.endswith(("/locked/rev other", "/locked/narHash other"))}
    times = {"t/locked/lastModified other", "channel/locked/lastModified other", "sub/locked/lastModified other"}
    assert passed <= revisions | times
    assert passed & revisions


@pytest.mark.parametrize("old", REAL.values(), ids=REAL.keys())
def test_what_is_declared_never_changes(old: bytes) -> None:
    declared = [(place, new) for place, new in _spoilt(old) if "/original/" in place]
    assert declared
    assert {place for place, new in declared if _judged(old, new) is not Severity.REFUSE} == set()


@pytest.mark.parametrize("old", REAL.values(), ids=REAL.keys())
def test_every_input_that_is_led_elsewhere_is_refused(old: bytes) -> None:
    """Each edge is turned to each other node, and to a follows of each root input."""
    document: Fields = json.loads(old)
    nodes = _mapping(document["nodes"])
    targets: list[object] = [
        *(nodes.keys() - {"root"}),
        *([name] for name in _mapping(_mapping(nodes["root"])["inputs"])),
    ]
    seen = 0
    for name, node in nodes.items():
        for edge, value in _mapping(_mapping(node).get("inputs", {})).items():
            for target in (target for target in targets if target != value):
                new = copy.deepcopy(document)
                _mapping(_mapping(_mapping(new["nodes"])[name])["inputs"])[edge] = target
                seen += 1
                assert _judged(old, written(new)) is Severity.REFUSE, (name, edge, target)
    assert seen > 100
