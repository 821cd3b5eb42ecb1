"""Judge a lock, a change, a pull request and its checks by the rules of the book. No I/O, no clock, no environment."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from flakebot.errors import MisuseError
from flakebot.lock.change import Change
from flakebot.lock.error import LockError
from flakebot.model import Candidate, RequiredCheck
from flakebot.model.provenance import Facts
from flakebot.policy.cases import ChangeCase, ChecksCase, LockCase, ProposalCase
from flakebot.policy.checks import missing_checks, waiting_for
from flakebot.policy.evidence import (
    ChangeEvidence,
    ChangeExpectation,
    ChecksEvidence,
    LockEvidence,
    LockExpectation,
    ProposalEvidence,
    ProposalExpectation,
)
from flakebot.policy.rule import Case, Rule
from flakebot.policy.rulebook import LOCKS_ONLY, RULEBOOK, Rulebook
from flakebot.policy.verdict import Approve, Finding, Hold, Refuse, Severity, Verdict, Wait

LIFTED = "lock-unmoved-parent"
"""The rule whose refusals facts can lift: an input without a lock lets Nix resolve its own inputs anew every time."""

_OF_CANDIDATES = {"lock-appeared": Severity.NOTE, LIFTED: Severity.HOLD}
"""What weighs less in an update that was made here: a first lock, and what only others can explain."""

_OF_PERSONS = {"lock-held": Severity.NOTE}
"""What weighs less in a change that a person may have made."""


class Compared(Struct, frozen=True, kw_only=True):
    """Two ends of a lock: what changed between them, and what the rules say of it.

    A defect says why an end could not be read; then there is nothing to compare, and ``changes`` is empty.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    old_defect: LockError | None
    new_defect: LockError | None


def compare_locks(
    evidence: LockEvidence, expectation: LockExpectation, facts: Facts | None = None, *, rulebook: Rulebook = RULEBOOK
) -> Compared:
    """Say what changed in a lock and what is wrong with it, as far as can be said without the facts, or with them."""
    case = LockCase.of(evidence, expectation, facts=facts)
    return Compared(
        changes=case.changes,
        findings=_findings(rulebook.lock, case),
        old_defect=case.old_defect,
        new_defect=case.new_defect,
    )


def judge_lock(
    evidence: LockEvidence, expectation: LockExpectation, facts: Facts | None = None, *, rulebook: Rulebook = RULEBOOK
) -> tuple[Finding, ...]:
    """Say what is wrong with a lock and with what changed in it; nothing means that only revisions moved forward."""
    return compare_locks(evidence, expectation, facts, rulebook=rulebook).findings


def judge_candidate(
    candidate: Candidate, expectation: LockExpectation, *, rulebook: Rulebook = RULEBOOK
) -> tuple[Finding, ...]:
    """Judge the locks of an update that was made here, and that will be judged again with what others say of it."""
    locks = (LockEvidence(path=lock.path, old=lock.old, new=lock.new, choices=lock.choices) for lock in candidate.locks)
    return tuple(
        replace(finding, severity=_OF_CANDIDATES.get(finding.rule, finding.severity))
        for lock in locks
        for finding in judge_lock(lock, expectation, rulebook=rulebook)
    )


def judge_change(
    change: ChangeEvidence, expectation: ChangeExpectation, *, rulebook: Rulebook = RULEBOOK
) -> tuple[Finding, ...]:
    """Judge a range of commits: its trees, its commits and every lock in it."""
    locks = (
        finding
        for lock in changed_locks(change)
        for finding in judge_lock(lock, expectation.content, change.facts, rulebook=rulebook)
    )
    return (*_findings(rulebook.change, ChangeCase(evidence=change, expectation=expectation)), *locks)


def judge_locks(
    change: ChangeEvidence, expectation: ChangeExpectation, *, rulebook: Rulebook = LOCKS_ONLY
) -> tuple[Finding, ...]:
    """Judge the locks of commits that a person may have made; what only a person moves is then merely said."""
    return tuple(
        replace(finding, severity=_OF_PERSONS.get(finding.rule, finding.severity))
        for finding in judge_change(change, expectation, rulebook=rulebook)
    )


def changed_locks(change: ChangeEvidence) -> tuple[LockEvidence, ...]:
    """Leave out configured locks that the change does not touch; that it touches one is the tree rules' business."""
    touched = {found.path for found in change.changes}
    return tuple(lock for lock in change.locks if lock.path in touched or lock.old != lock.new)


def judge_proposal(
    proposal: ProposalEvidence,
    expectation: ProposalExpectation,
    change: ChangeExpectation,
    *,
    rulebook: Rulebook = RULEBOOK,
) -> tuple[Finding, ...]:
    """Judge a pull request but for its checks: whose it is, and everything that it changes."""
    case = ProposalCase(evidence=proposal, expectation=expectation)
    return (*_findings(rulebook.proposal, case), *judge_change(proposal.change, change, rulebook=rulebook))


def judge(
    proposal: ProposalEvidence,
    checks: ChecksEvidence,
    expectation: ProposalExpectation,
    change: ChangeExpectation,
    *,
    rulebook: Rulebook = RULEBOOK,
) -> Verdict:
    """Judge a pull request with its checks.

    Raises `MisuseError` when no check is required at all: then none could be missing, and nothing would be tested.
    """
    sha = proposal.pull_request.head_sha
    case = ChecksCase(
        evidence=checks, expectation=expectation, head=sha, required=_required(checks.required, expectation)
    )
    findings = (
        *judge_proposal(proposal, expectation, change, rulebook=rulebook),
        *_findings((*rulebook.checks, *rulebook.pushes), case),
    )
    if any(finding.severity is Severity.REFUSE for finding in findings):
        return Refuse(sha=sha, findings=findings)
    if any(finding.severity is Severity.HOLD for finding in findings):
        return Hold(sha=sha, findings=findings)
    if failed := _findings(rulebook.results, case):
        return Refuse(sha=sha, findings=(*findings, *failed))
    too_early = (finding.message for finding in findings if finding.severity is Severity.WAIT)
    if reasons := (*too_early, *waiting_for(case)):
        return Wait(sha=sha, reasons=reasons, notes=findings, missing=missing_checks(case))
    return Approve(sha=sha, notes=findings)


def _required(by_rules: Iterable[RequiredCheck], expectation: ProposalExpectation) -> tuple[RequiredCheck, ...]:
    required = tuple(dict.fromkeys((*by_rules, *expectation.required_checks)))
    if not required:
        raise MisuseError(
            "no check is required of the base branch, so nothing would be tested before an approval",
            advice="Name checks in required-checks, or require some in the branch's ruleset.",
        )
    return required


def _findings(rules: Iterable[Rule[Case]], case: Case) -> tuple[Finding, ...]:
    return tuple(finding for rule in rules for finding in rule.findings(case))
