"""One approval of one commit: given, taken back, or refused with a comment. Judges nothing; cannot push or merge."""

from __future__ import annotations

from msgspec import Struct

from flakebot.commands.gather import Sources
from flakebot.commands.report import Report
from flakebot.commands.roles import is_same
from flakebot.errors import AbsentError, ExitCode, FlakebotError
from flakebot.model import Login, PullRequest, ReviewState, Sha
from flakebot.policy.verdict import Finding
from flakebot.ports import ApproverHub, Clock, Progress
from flakebot.settings.commands import ApproveSettings
from flakebot.text.verdict import (
    ABSENCE_MARKER,
    COMMENT_MARKER,
    absence,
    approval_text,
    explanation,
    findings_summary,
    settlement,
)


class Powers(Struct, frozen=True, kw_only=True):
    """What approving may use."""

    sources: Sources
    hub: ApproverHub
    clock: Clock
    progress: Progress


def approve_commit(
    settings: ApproveSettings,
    pull_request: PullRequest,
    sha: Sha,
    notes: tuple[Finding, ...],
    approver: Login,
    powers: Powers,
) -> Report | None:
    """Approve this commit unless that is done; None when the head moved meanwhile, which costs the approval."""
    if settings.dry_run:
        return approval_report(
            "dry-run", pull_request, f"{approver} would approve {sha[:7]} of {pull_request.url}.", notes
        )
    if _standing(pull_request, approver, powers) != sha:
        powers.hub.approve(pull_request.number, sha=sha, body=approval_text(sha, notes))
    if pull_request.comments:
        powers.hub.settle(pull_request.number, marker=ABSENCE_MARKER, body=settlement(sha))
    if not _is_same(powers.sources.reader.pull_request(pull_request.number), pull_request):
        _withdraw(pull_request, sha, powers)
        return None
    return approval_report("approved", pull_request, f"{approver} approved {sha[:7]} of {pull_request.url}.", notes)


def explain_refusal(
    pull_request: PullRequest, outcome: str, findings: tuple[Finding, ...], approver: Login, powers: Powers
) -> None:
    """Say in one comment why a commit is refused or held, and let no approval stand."""
    powers.hub.explain(
        pull_request.number,
        marker=COMMENT_MARKER,
        body=explanation(outcome, pull_request.head_sha, findings),
    )
    if _standing(pull_request, approver, powers) is not None:
        _withdraw(pull_request, pull_request.head_sha, powers)


def explain_absence(pull_request: PullRequest, missing: tuple[str, ...], powers: Powers) -> None:
    """Name in one comment the checks that nobody reported: without a word the pull request would wait for ever."""
    powers.hub.explain(pull_request.number, marker=ABSENCE_MARKER, body=absence(pull_request.head_sha, missing))


def _is_same(found: PullRequest, judged: PullRequest) -> bool:
    """Whether a pull request is still the one that was judged, at the same head and for the same branch."""
    return (found.head_sha, found.base_branch, found.is_open) == (judged.head_sha, judged.base_branch, judged.is_open)


def withdraw_older(
    settings: ApproveSettings, pull_request: PullRequest, sha: Sha, approver: Login, powers: Powers
) -> None:
    """Let no approval of another commit than this one stand."""
    if not settings.dry_run and _standing(pull_request, approver, powers) not in {None, sha}:
        _withdraw(pull_request, sha, powers)


def withdraw_any(settings: ApproveSettings, pull_request: PullRequest, approver: Login, powers: Powers) -> None:
    """Let no approval stand, of this commit neither: what was checked is no longer what a merge would make."""
    if not settings.dry_run and _standing(pull_request, approver, powers) is not None:
        _withdraw(pull_request, pull_request.head_sha, powers)


def withdraw_unjudged(settings: ApproveSettings, number: int, approver: Login, powers: Powers) -> None:
    """Let no approval of an older head stand when judging ended in an error, which is reported whatever comes here.

    A pull request that is not there has none.
    """
    try:
        found = powers.sources.reader.pull_request(number)
        if found.is_open:
            withdraw_older(settings, found, found.head_sha, approver, powers)
    except AbsentError:
        return
    except FlakebotError as error:
        powers.progress(f"An approval of an earlier commit may still stand: {error}")


def _withdraw(pull_request: PullRequest, sha: Sha, powers: Powers) -> None:
    """Take an approval back: where stale approvals are not dismissed it would count for whatever the head is now."""
    powers.hub.withdraw(
        pull_request.number,
        sha=sha,
        body=f"An earlier approval no longer holds; `{sha[:7]}` is not approved.",
    )


def _standing(pull_request: PullRequest, approver: Login, powers: Powers) -> Sha | None:
    """Return the commit that the approver's approval stands for; a later review of theirs replaces an earlier one."""
    verdicts = {ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED}
    reviews = powers.sources.reader.reviews(pull_request.number)
    own = [review for review in reviews if is_same(review.reviewer, approver) and review.state in verdicts]
    return own[-1].sha if own and own[-1].state is ReviewState.APPROVED else None


def approval_report(outcome: str, pull_request: PullRequest, headline: str, findings: tuple[Finding, ...]) -> Report:
    """Return the report about one pull request."""
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
