"""Judge a pull request, wait for its checks, approve exactly the commit that was judged. Cannot push or merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import assert_never

from flakebot.commands.gather import Sources, gather_checks, gather_proposal
from flakebot.commands.judging import change_expectation, pinned_keys, proposal_expectation
from flakebot.commands.report import Report
from flakebot.commands.roles import is_same, require_approver
from flakebot.commands.several import attempted, combined
from flakebot.commands.tracing import traced_proposal
from flakebot.errors import ExitCode, FlakebotError, HeadMovedError
from flakebot.model import Login, PullRequest, ReviewState, Sha
from flakebot.policy.evidence import ChangeExpectation, ProposalEvidence, ProposalExpectation
from flakebot.policy.judge import judge
from flakebot.policy.verdict import Approve, Finding, Hold, Refuse, Severity, Verdict, Wait
from flakebot.ports import ApproverHub, Clock, Progress
from flakebot.settings.commands import ApproveSettings
from flakebot.text.verdict import COMMENT_MARKER, approval_text, explanation, findings_summary

_WORST_FIRST = ("misuse", "failed", "refused", "held", "waiting", "dry-run", "closed", "approved", "merged")

ATTEMPTS = 3
"""How often a head may move while it is judged before a person should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What approving may use."""

    sources: Sources
    hub: ApproverHub
    clock: Clock
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One pull request, what it must be, and until when its checks are waited for."""

    number: int
    approver: Login
    expected: ProposalExpectation
    deadline: datetime


def approve(settings: ApproveSettings, powers: Powers) -> Report:
    """Approve each pull request's head if, and only if, every rule is content with it; all within one deadline."""
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
        _withdraw_unjudged(settings, task, powers)
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


def _act(
    settings: ApproveSettings, evidence: ProposalEvidence, verdict: Verdict, approver: Login, powers: Powers
) -> Report | None:
    """Do what the verdict says; None when the head moved and the verdict is about a commit of the past."""
    pull_request = evidence.pull_request
    match verdict:
        case Approve(notes=notes) if _base_tip(pull_request, powers) != evidence.change.merge_base:
            _withdraw_older(settings, pull_request, verdict.sha, approver, powers)
            said = (
                f"{pull_request.base_branch} moved since this update was made and checked; the next run goes on there"
            )
            return _report("waiting", pull_request, f"{pull_request.url} is not approved: {said}.", notes)
        case Approve(sha=sha, notes=notes):
            return _approve(settings, pull_request, sha, notes, approver, powers)
        case Wait(reasons=reasons, notes=notes):
            _withdraw_older(settings, pull_request, verdict.sha, approver, powers)
            said = "; ".join(reasons)
            return _report("waiting", pull_request, f"{pull_request.url} is not approved yet: {said}", notes)
        case Hold(findings=findings) | Refuse(findings=findings):
            outcome = "held" if isinstance(verdict, Hold) else "refused"
            if not settings.dry_run:
                _refuse(pull_request, outcome, findings, approver, powers)
            return _report(outcome, pull_request, f"{pull_request.url} is {outcome}: {_first(findings)}.", findings)
        case _:
            assert_never(verdict)


def _first(findings: tuple[Finding, ...]) -> str:
    """Return the first thing that stands in the way, and how many more there are."""
    grave = [finding for finding in findings if finding.severity is not Severity.NOTE]
    return grave[0].message + (f" (and {len(grave) - 1} more)" if len(grave) > 1 else "")


def _approve(
    settings: ApproveSettings,
    pull_request: PullRequest,
    sha: Sha,
    notes: tuple[Finding, ...],
    approver: Login,
    powers: Powers,
) -> Report | None:
    if settings.dry_run:
        return _report("dry-run", pull_request, f"{approver} would approve {sha[:7]} of {pull_request.url}.", notes)
    if _standing(pull_request, approver, powers) != sha:
        powers.hub.approve(pull_request.number, sha=sha, body=approval_text(sha, notes))
    if not _is_same(powers.sources.reader.pull_request(pull_request.number), pull_request):
        _withdraw(pull_request, sha, powers)
        return None
    return _report("approved", pull_request, f"{approver} approved {sha[:7]} of {pull_request.url}.", notes)


def _refuse(
    pull_request: PullRequest, outcome: str, findings: tuple[Finding, ...], approver: Login, powers: Powers
) -> None:
    powers.hub.explain(
        pull_request.number,
        marker=COMMENT_MARKER,
        body=explanation(outcome, pull_request.head_sha, findings),
    )
    if _standing(pull_request, approver, powers) is not None:
        _withdraw(pull_request, pull_request.head_sha, powers)


def _base_tip(pull_request: PullRequest, powers: Powers) -> Sha | None:
    """Return where the base branch stands now. What was checked is a tree on its tip, and GitHub merges by lines."""
    return powers.sources.repository.remote_heads((pull_request.base_branch,)).get(pull_request.base_branch)


def _is_same(found: PullRequest, judged: PullRequest) -> bool:
    """Whether a pull request is still the one that was judged, at the same head and for the same branch."""
    return (found.head_sha, found.base_branch, found.is_open) == (judged.head_sha, judged.base_branch, judged.is_open)


def _withdraw_older(
    settings: ApproveSettings, pull_request: PullRequest, sha: Sha, approver: Login, powers: Powers
) -> None:
    if not settings.dry_run and _standing(pull_request, approver, powers) not in {None, sha}:
        _withdraw(pull_request, sha, powers)


def _withdraw_unjudged(settings: ApproveSettings, task: _Task, powers: Powers) -> None:
    """Let no approval of an older head stand when judging ended in an error, which is reported whatever comes here."""
    try:
        found = powers.sources.reader.pull_request(task.number)
        if found.is_open:
            _withdraw_older(settings, found, found.head_sha, task.approver, powers)
    except FlakebotError as error:
        powers.progress(f"An approval of an earlier commit may still stand: {error}")


def _withdraw(pull_request: PullRequest, sha: Sha, powers: Powers) -> None:
    """Take an approval back: where stale approvals are not dismissed it would count for whatever the head is now."""
    powers.hub.withdraw(
        pull_request.number,
        sha=sha,
        body=f"The approval of an earlier commit no longer holds; `{sha[:7]}` is not approved.",
    )


def _standing(pull_request: PullRequest, approver: Login, powers: Powers) -> Sha | None:
    """Return the commit that the approver's approval stands for; a later review of theirs replaces an earlier one."""
    verdicts = {ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED}
    reviews = powers.sources.reader.reviews(pull_request.number)
    own = [review for review in reviews if is_same(review.reviewer, approver) and review.state in verdicts]
    return own[-1].sha if own and own[-1].state is ReviewState.APPROVED else None


def _ended(pull_request: PullRequest) -> Report:
    outcome = "merged" if pull_request.is_merged else "closed"
    return _report(outcome, pull_request, f"{pull_request.url} is {outcome} already.", ())


def _report(outcome: str, pull_request: PullRequest, headline: str, findings: tuple[Finding, ...]) -> Report:
    return Report(
        command="approve",
        outcome=outcome,
        headline=headline,
        exit_code=ExitCode.REFUSED if outcome in {"refused", "held"} else ExitCode.DONE,
        facts={
            "pull_request_number": pull_request.number,
            "pull_request_url": pull_request.url,
            "head_sha": pull_request.head_sha,
        },
        findings=findings,
        summary=findings_summary(headline, findings),
    )
