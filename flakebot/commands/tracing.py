"""Find out where the content of a proposed lock comes from, once nothing cheaper refuses it. Judges nothing itself."""

from __future__ import annotations

from msgspec.structs import replace

from flakebot.model.provenance import Facts, Question
from flakebot.policy.evidence import ChangeEvidence, ChangeExpectation, ProposalEvidence, ProposalExpectation
from flakebot.policy.judge import LIFTED, changed_locks, judge_change, judge_proposal
from flakebot.policy.provenance.questions import open_questions
from flakebot.policy.rulebook import RULEBOOK, Rulebook
from flakebot.policy.verdict import Finding, Severity
from flakebot.ports import Progress, Provenance


def traced_proposal(
    evidence: ProposalEvidence,
    proposal: ProposalExpectation,
    change: ChangeExpectation,
    provenance: Provenance | None,
    progress: Progress,
) -> ProposalEvidence:
    """Return the evidence with the facts, unless the pull request is refused without them or nobody may be asked."""
    if provenance is None or _is_refused(judge_proposal(evidence, proposal, change)):
        return evidence
    facts = _facts(evidence.change, change, provenance, progress)
    return replace(evidence, change=replace(evidence.change, facts=facts))


def traced_change(
    evidence: ChangeEvidence,
    expectation: ChangeExpectation,
    provenance: Provenance | None,
    progress: Progress,
    *,
    rulebook: Rulebook = RULEBOOK,
) -> ChangeEvidence:
    """Return the evidence of a range with the facts, unless it is refused without them or nobody may be asked."""
    if provenance is None or _is_refused(judge_change(evidence, expectation, rulebook=rulebook)):
        return evidence
    return replace(evidence, facts=_facts(evidence, expectation, provenance, progress))


def _is_refused(findings: tuple[Finding, ...]) -> bool:
    """Whether something is wrong whatever others say."""
    return any(finding.severity is Severity.REFUSE and finding.rule != LIFTED for finding in findings)


def _facts(
    evidence: ChangeEvidence, expectation: ChangeExpectation, provenance: Provenance, progress: Progress
) -> Facts:
    """Ask until nothing new comes up: answers lead to further questions, from parents to their inputs."""
    facts, asked = provenance.collect(()), set[Question]()
    while questions := _open(evidence, expectation, facts, asked):
        progress(f"Asking where the update comes from ({len(questions)} questions)")
        asked |= set(questions)
        facts = provenance.collect(questions)
    return facts


def _open(
    evidence: ChangeEvidence, expectation: ChangeExpectation, facts: Facts, asked: set[Question]
) -> tuple[Question, ...]:
    found = (
        question
        for lock in changed_locks(evidence)
        for question in open_questions(lock, expectation.content, facts)
        if question not in asked
    )
    return tuple(dict.fromkeys(found))
