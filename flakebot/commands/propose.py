"""Turn a candidate into one signed commit and one pull request. Never evaluates the flake, never approves."""

from __future__ import annotations

from dataclasses import dataclass

from flakebot.commands.branch import Proposed, Workshop, push_proposal, require_on_base
from flakebot.commands.judging import lock_expectation
from flakebot.commands.report import Report
from flakebot.commands.roles import require_author
from flakebot.errors import ExitCode, MisuseError
from flakebot.model import Candidate, CheckOutcome, Login, PullRequest, Sha, Update
from flakebot.policy.judge import judge_candidate
from flakebot.policy.verdict import Finding, Severity
from flakebot.ports import AuthorHub, JobHub
from flakebot.settings.commands import ProposeSettings
from flakebot.settings.sections import OWN_STATUS
from flakebot.text.commit_message import headline
from flakebot.text.pull_request import is_same_proposal, pull_request_body
from flakebot.text.verdict import findings_summary

BROKEN = {CheckOutcome.FAILED, CheckOutcome.TIMED_OUT}
_SAID = {
    "proposed": "is open with this update",
    "refreshed": "was refreshed with this update",
    "unchanged": "holds this very update already",
    "broken": "is open, but the update fails its check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What proposing may use: the author's account, the job's account, and what a commit is built with.

    ``job`` is None without a job token, which is fine as long as no status is to be posted.
    """

    author: AuthorHub
    job: JobHub | None
    workshop: Workshop


def propose(settings: ProposeSettings, update: Update, powers: Powers) -> Report:
    """Propose the update, refresh what was proposed before, or close what became moot."""
    author = require_author(powers.author.login(), settings)
    is_checked = any(candidate.check.outcome is not CheckOutcome.SKIPPED for candidate in update.candidates)
    if is_checked and powers.job is None:
        raise MisuseError(
            "no job token is given, but the check's result has to be posted with it",
            advice="Give FLAKEBOT_JOB_TOKEN (in a workflow: job-token, by default the job's own token).",
        )
    require_on_base(update, settings, powers.workshop)
    standing = powers.author.pull_request_from(settings.branch, settings.base_branch)
    if not update.candidates:
        return _close(settings, update, standing, powers)
    candidate = update.candidates[0]

    findings = judge_candidate(candidate, lock_expectation(settings))
    if any(finding.severity is Severity.REFUSE for finding in findings):
        return _refused(findings)

    if settings.dry_run:
        return _would_propose(candidate, author, findings)
    head = None if standing is None else standing.head_sha
    proposed = push_proposal(settings, candidate, powers.workshop, standing=head)
    pull_request, is_edited = _shown(settings, candidate, standing, powers.author)
    _labelled(settings, candidate, pull_request, powers.author)
    _checked(candidate, proposed.sha, settings, powers.job)
    return _report(candidate, findings, pull_request, proposed, is_new=standing is None, is_edited=is_edited)


def _close(settings: ProposeSettings, update: Update, standing: PullRequest | None, powers: Powers) -> Report:
    workshop = powers.workshop
    content = workshop.repository.content
    is_moot = all(content(workshop.base_tip, path) == content(update.base, path) for path in update.paths)
    if standing is None or not is_moot:
        return Report(command="propose", outcome="unchanged", headline="There is nothing to propose.")
    if not settings.dry_run:
        sentence = f"`{settings.base_branch}` is up to date without this, so there is nothing left to merge."
        powers.author.close(standing.number, sentence=sentence)
    return Report(
        command="propose",
        outcome="dry-run" if settings.dry_run else "closed",
        headline=f"{standing.url} is moot: the base branch is up to date.",
        facts={"pull_request_number": standing.number, "pull_request_url": standing.url},
    )


def _refused(findings: tuple[Finding, ...]) -> Report:
    return Report(
        command="propose",
        outcome="refused",
        headline="The candidate was not proposed: its lock is not what an update makes.",
        exit_code=ExitCode.REFUSED,
        findings=findings,
        summary=findings_summary("The candidate was refused", findings),
    )


def _would_propose(candidate: Candidate, author: Login, findings: tuple[Finding, ...]) -> Report:
    title = headline(candidate)
    return Report(
        command="propose", outcome="dry-run", headline=f"{author} would propose “{title}”.", findings=findings
    )


def _shown(
    settings: ProposeSettings, candidate: Candidate, standing: PullRequest | None, author: AuthorHub
) -> tuple[PullRequest, bool]:
    title, body = headline(candidate), pull_request_body(candidate, server=settings.server_url, run=settings.run_url)
    if standing is None:
        opened = author.open_pull_request(head=settings.branch, base=settings.base_branch, title=title, body=body)
        return opened, False
    if is_same_proposal(standing.body, body):
        return standing, False
    author.edit(standing.number, title=title, body=body)
    return standing, True


def _labelled(settings: ProposeSettings, candidate: Candidate, pull_request: PullRequest, author: AuthorHub) -> None:
    is_broken = candidate.check.outcome in BROKEN
    wanted = (*settings.labels, settings.broken_label) if is_broken else settings.labels
    unwanted = () if is_broken else (settings.broken_label,)
    add = tuple(label for label in wanted if label not in pull_request.labels)
    remove = tuple(label for label in unwanted if label in pull_request.labels)
    if add or remove:
        author.set_labels(pull_request.number, add=add, remove=remove)


def _checked(candidate: Candidate, sha: Sha, settings: ProposeSettings, job: JobHub | None) -> None:
    if job is None or candidate.check.outcome is CheckOutcome.SKIPPED:
        return
    job.post_status(
        sha,
        name=OWN_STATUS,
        is_success=candidate.check.outcome is CheckOutcome.PASSED,
        description=f"the check {candidate.check.outcome.value} on exactly this tree",
        url=settings.run_url,
    )


def _report(
    candidate: Candidate,
    findings: tuple[Finding, ...],
    pull_request: PullRequest,
    proposed: Proposed,
    *,
    is_new: bool,
    is_edited: bool,
) -> Report:
    is_broken = candidate.check.outcome in BROKEN
    happened = "proposed" if is_new else "refreshed" if proposed.is_pushed or is_edited else "unchanged"
    outcome = "broken" if is_broken else happened
    return Report(
        command="propose",
        outcome=outcome,
        headline=f"{pull_request.url} {_SAID[outcome]}.",
        exit_code=ExitCode.REFUSED if is_broken else ExitCode.DONE,
        facts={
            "pull_request_number": pull_request.number,
            "pull_request_url": pull_request.url,
            "head_sha": proposed.sha,
            "fingerprint": proposed.fingerprint,
            "check": candidate.check.outcome.value,
        },
        findings=findings,
        summary=findings_summary(headline(candidate), findings) + pull_request.url + "\n",
    )
