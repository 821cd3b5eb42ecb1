"""Judge a pull request, wait for its checks, approve exactly the commit that was judged. Cannot push or merge."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import assert_never

from msgspec import Struct

from flakebot.commands.approval import (
    Powers,
    approval_report,
    approve_commit,
    explain_absence,
    explain_refusal,
    withdraw_any,
    withdraw_older,
    withdraw_unjudged,
)
from flakebot.commands.gather import gather_checks, gather_proposal
from flakebot.commands.judging import change_expectation, pinned_keys, proposal_expectation
from flakebot.commands.report import Report
from flakebot.commands.roles import require_approver
from flakebot.commands.several import attempted, combined
from flakebot.commands.tracing import traced_proposal
from flakebot.errors import HeadMovedError
from flakebot.model import Login, PullRequest
from flakebot.policy.evidence import ChangeExpectation, ProposalEvidence, ProposalExpectation
from flakebot.policy.judge import judge
from flakebot.policy.verdict import Approve, Finding, Hold, Refuse, Severity, Verdict, Wait
from flakebot.settings.commands import ApproveSettings
from flakebot.text.causes import by_cause

_WORST_FIRST = ("misuse", "failed", "refused", "held", "waiting", "dry-run", "closed", "approved", "merged")

ATTEMPTS = 3
"""How often a head may move while it is judged before a person should look."""


class _Task(Struct, frozen=True, kw_only=True):
    """One pull request, what it must be, and until when its checks are waited for."""

    number: int
    approver: Login
    expected: ProposalExpectation
    deadline: datetime


def approve(settings: ApproveSettings, powers: Powers) -> Report:
    """Approve each pull request's head if, and only if, it passes every rule; all within one deadline."""
    approver = require_approver(powers.hub.login(), settings)
    expected = proposal_expectation(settings, approver=approver)
    pinned_keys(settings)
    deadline = powers.clock.now() + settings.wait
    reports = []
    for number in settings.pr:
        task = _Task(number=number, approver=approver, expected=expected, deadline=deadline)
        act = partial(_approve_or_withdraw, settings, task, powers)
        reports.append(attempted("approve", number, act, is_alone=len(settings.pr) == 1))
    return combined(tuple(reports), goal="approved", ranking=_WORST_FIRST)


def _approve_or_withdraw(settings: ApproveSettings, task: _Task, powers: Powers) -> Report:
    try:
        return _approve_persistently(settings, task, powers)
    except Exception:
        withdraw_unjudged(settings, task.number, task.approver, powers)
        raise


def _approve_persistently(settings: ApproveSettings, task: _Task, powers: Powers) -> Report:
    """Judge and act, and begin anew when the head moved meanwhile."""
    for _ in range(ATTEMPTS):
        evidence = gather_proposal(
            powers.sources,
            number=task.number,
            name=settings.repository,
            author=task.expected.author,
            approver=task.approver,
            directories=settings.directory,
        )
        if not evidence.pull_request.is_open:
            return _ended(evidence.pull_request)
        change = change_expectation(settings, evidence.change.paths)
        evidence = traced_proposal(evidence, task.expected, change, powers.sources.provenance, powers.progress)
        verdict = _await_verdict(settings, evidence, task, change, powers)
        report = _act(settings, evidence, verdict, task.approver, powers)
        if report is not None:
            return report
        powers.progress("The head moved; judging again from the start")
    raise HeadMovedError(
        f"the head of #{task.number} moved {ATTEMPTS} times while it was judged",
        advice="Find out who pushes to the bot's branch.",
    )


def _await_verdict(
    settings: ApproveSettings,
    evidence: ProposalEvidence,
    task: _Task,
    change: ChangeExpectation,
    powers: Powers,
) -> Verdict:
    sha = evidence.pull_request.head_sha
    while True:
        checks = gather_checks(powers.sources, evidence.pull_request, sha)
        verdict = judge(evidence, checks, task.expected, change)
        is_over = powers.clock.now() + settings.poll > task.deadline
        if not isinstance(verdict, Wait) or _is_too_early(verdict) or is_over:
            return verdict
        powers.progress(f"Waiting: {'; '.join(verdict.reasons)}")
        powers.clock.sleep(settings.poll)


def _is_too_early(verdict: Wait) -> bool:
    """Whether something has to grow older, for which no run waits."""
    return any(finding.severity is Severity.WAIT for finding in verdict.notes)


def _is_overdue(settings: ApproveSettings, verdict: Wait) -> bool:
    """Whether a required check did not begin in all the time that was given; one look tells nothing of that."""
    return bool(verdict.missing and settings.wait and not settings.dry_run and not _is_too_early(verdict))


def _act(
    settings: ApproveSettings, evidence: ProposalEvidence, verdict: Verdict, approver: Login, powers: Powers
) -> Report | None:
    """Do what the verdict says; None when the head moved and the verdict is about a commit of the past."""
    pull_request = evidence.pull_request
    match verdict:
        # What was checked is a tree on the base branch's tip, and GitHub merges by lines.
        case Approve(notes=notes) if powers.sources.reader.tip(pull_request.base_branch) != evidence.change.merge_base:
            withdraw_any(settings, pull_request, approver, powers)
            said = (
                f"{pull_request.base_branch} moved since this update was made and checked; the next run goes on there"
            )
            return approval_report("waiting", pull_request, f"{pull_request.url} is not approved: {said}.", notes)
        case Approve(sha=sha, notes=notes):
            return approve_commit(settings, pull_request, sha, notes, approver, powers)
        case Wait(reasons=reasons, notes=notes):
            withdraw_older(settings, pull_request, verdict.sha, approver, powers)
            if _is_overdue(settings, verdict):
                explain_absence(pull_request, verdict.missing, powers)
            said = "; ".join(reasons)
            return approval_report("waiting", pull_request, f"{pull_request.url} is not approved yet: {said}", notes)
        case Hold(findings=findings) | Refuse(findings=findings):
            outcome = "held" if isinstance(verdict, Hold) else "refused"
            if not settings.dry_run:
                explain_refusal(pull_request, outcome, findings, approver, powers)
            return approval_report(
                outcome, pull_request, f"{pull_request.url} is {outcome}: {_first(findings)}.", findings
            )
        case _:
            assert_never(verdict)


def _first(findings: tuple[Finding, ...]) -> str:
    """Return the first thing that stands in the way, and how many more there are."""
    grave = [finding for finding in by_cause(findings) if finding.severity is not Severity.NOTE]
    return grave[0].message + (f" (and {len(grave) - 1} more)" if len(grave) > 1 else "")


def _ended(pull_request: PullRequest) -> Report:
    outcome = "merged" if pull_request.is_merged else "closed"
    return approval_report(outcome, pull_request, f"{pull_request.url} is {outcome} already.", ())
