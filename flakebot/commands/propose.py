"""Turn an update into signed commits and pull requests, one a candidate. Never evaluates a flake, never approves."""

from __future__ import annotations

from flakebot.commands.branch import require_checked_tree, require_on_base
from flakebot.commands.judging import lock_expectation
from flakebot.commands.plan import Plan, Powers, standing_from
from flakebot.commands.proposal import propose_candidate
from flakebot.commands.proposals import proposals_report
from flakebot.commands.report import Report
from flakebot.commands.retired import retire
from flakebot.commands.roles import is_same, require_author
from flakebot.errors import MisuseError
from flakebot.model import Candidate, CheckOutcome, ListedPullRequest, Update
from flakebot.policy.judge import judge_candidate
from flakebot.policy.verdict import Severity
from flakebot.settings.commands import ProposeSettings


def propose(settings: ProposeSettings, update: Update, powers: Powers) -> Report:
    """Propose each candidate, or refresh what was proposed before, and close what is proposed no more."""
    author = require_author(powers.author.login(), settings)
    _require_job(update, powers)
    require_on_base(update, settings, powers.workshop)
    standing = tuple(
        listed
        for listed in powers.author.open_pull_requests(settings.base_branch)
        if settings.is_own(listed.head_branch)
    )
    plans = tuple(_planned(settings, update, candidate, standing, powers) for candidate in update.candidates)

    proposals = tuple(propose_candidate(settings, plan, author, powers) for plan in plans)
    own = tuple(listed for listed in standing if is_same(listed.author, author))
    retired = retire(settings, update, proposals, own, powers)
    return proposals_report(proposals, retired, powers.workshop.signer.signature.fingerprint)


def _planned(
    settings: ProposeSettings,
    update: Update,
    candidate: Candidate,
    standing: tuple[ListedPullRequest, ...],
    powers: Powers,
) -> Plan:
    """Judge a candidate. Raises `RefusedError` where it is not what was checked: then nothing of this update counts."""
    branch = settings.branch_of(candidate.name)
    findings = judge_candidate(candidate, lock_expectation(settings))
    if not any(finding.severity is Severity.REFUSE for finding in findings):
        require_checked_tree(candidate, powers.workshop.repository)
    return Plan(
        candidate=candidate,
        branch=branch,
        findings=findings,
        standing=standing_from(branch, standing),
        attempts=update.attempts,
    )


def _require_job(update: Update, powers: Powers) -> None:
    is_checked = any(candidate.check.outcome is not CheckOutcome.SKIPPED for candidate in update.candidates)
    if is_checked and powers.job is None:
        raise MisuseError(
            "no job token is given, but the check's result has to be posted with it",
            advice="Give FLAKEBOT_JOB_TOKEN (in a workflow: job-token, by default the job's own token).",
        )
