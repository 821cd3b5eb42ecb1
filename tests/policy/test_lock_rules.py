from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from flakebot.policy.attributes import faults
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_candidate, judge_lock
from flakebot.policy.rulebook import RULEBOOK
from flakebot.policy.verdict import Severity
from tests.lock.samples import HISTORIES, lock, moved
from tests.policy import provenance_rows
from tests.policy.evidence import candidate
from tests.policy.lock_rows import CLEAN, ROWS, Locks
from tests.policy.rows import Row, assert_found, outcome

ALL_ROWS = (*ROWS, *provenance_rows.ROWS)
ALL_CLEAN = CLEAN | provenance_rows.CLEAN


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: f"{row.rule}: {row.sentence}")
def test_objects_to(row: Row[Locks]) -> None:
    assert_found(row, judge_lock(row.subject.evidence, row.subject.expectation, row.subject.facts))


@pytest.mark.parametrize("locks", ALL_CLEAN.values(), ids=ALL_CLEAN.keys())
def test_is_content_with(locks: Locks) -> None:
    assert judge_lock(locks.evidence, locks.expectation, locks.facts) == ()


@pytest.mark.parametrize("name", [rule.name for rule in RULEBOOK.lock])
def test_without_the_rule_something_gets_through(name: str) -> None:
    rows = [row for row in ALL_ROWS if row.rule == name]
    assert any(_outcome(row.subject, "") is not _outcome(row.subject, name) for row in rows)


def _outcome(locks: Locks, missing: str) -> Severity | None:
    """Judge as a candidate, where there is one: then a first lock alone is no reason to stop."""
    rulebook = RULEBOOK.without(missing)
    if locks.new is None or locks.facts is not None or locks.choices is not None:
        return outcome(judge_lock(locks.evidence, locks.expectation, locks.facts, rulebook=rulebook))
    return outcome(judge_candidate(candidate(locks.old, locks.new), locks.expectation, rulebook=rulebook))


@pytest.mark.parametrize("version", ["nix-2.8", "nix-2.34"])
def test_refuses_nothing_that_real_nix_did(version: str) -> None:
    locks = [None, *(path.read_bytes() for path in sorted((HISTORIES / version).glob("*.lock")))]
    judged = [
        judge_lock(LockEvidence(path="flake.lock", old=old, new=new), LockExpectation()) for old, new in pairwise(locks)
    ]
    assert [[f"{found.rule} {found.input}" for found in findings] for findings in judged] == [
        ["lock-appeared "],
        [],
        [],
        [],
        ["lock-graph mid/fresh"],
        ["lock-graph top/mid/fresh", "lock-graph top/mid/other"],
        ["lock-graph top/leaf", "lock-graph top/mid/leaf"],
        [],
        ["lock-graph mid/fresh", "lock-graph mid/leaf"],
        [],
    ]
    assert {found.severity for findings in judged for found in findings} == {Severity.HOLD}


def test_holds_the_first_lock_of_another_version_of_nix() -> None:
    old, new = ((HISTORIES / version / "3-transitive.lock").read_bytes() for version in ("nix-2.8", "nix-2.34"))
    findings = judge_lock(LockEvidence(path="flake.lock", old=old, new=new), LockExpectation())
    assert [(found.rule, found.input, found.severity) for found in findings] == [
        ("lock-root-original", "sub", Severity.HOLD)
    ]


def test_what_holds_one_input_does_not_hold_another() -> None:
    locks = Locks(new=lock(moved("nixpkgs", 90)))
    for glob in ("nix", "pkgs", "?/nixpkgs", "nixpkgs/*", "NIXPKGS", "nixpkgs?"):
        assert judge_lock(locks.evidence, LockExpectation(hold=(glob,))) == ()


def test_a_lock_that_cannot_be_compared_is_refused_not_passed() -> None:
    """Nodes with several parents can make more pairs than there is time for."""
    row = next(row for row in ROWS if row.rule == "lock-size")
    findings = judge_lock(replace(row.subject.evidence, old=row.subject.new), LockExpectation())
    assert {finding.severity for finding in findings} == {Severity.REFUSE, Severity.HOLD}


@pytest.mark.parametrize("time", [-1, 2**33, 10**17])
def test_refuses_a_date_that_no_commit_has(time: int) -> None:
    found = tuple(faults({"type": "git", "url": "https://example.org/x", "lastModified": time}))
    assert found == (f"has {time} as lastModified, expected seconds since 1970 before the year 2242",)
