"""One candidate becomes one signed commit and one pull request. Judges its locks first; never approves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flakebot.commands.branch import Superseded, Workshop, push_proposal
from flakebot.commands.moved import moved_by
from flakebot.errors import RefusedError, UnavailableError
from flakebot.model import Attempt, Branch, Candidate, CheckOutcome, ListedPullRequest, Login, Sha
from flakebot.policy.verdict import Finding, Severity
from flakebot.ports import AuthorHub, JobHub
from flakebot.settings.commands import ProposeSettings
from flakebot.settings.judging import OWN_STATUS
from flakebot.text.commit_message import headline
from flakebot.text.pull_request import is_same_proposal, pull_request_body

BROKEN = {CheckOutcome.FAILED, CheckOutcome.TIMED_OUT}
GOING = {"proposed", "refreshed", "unchanged"}
"""The outcomes of what may be approved and merged."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What became of a candidate. ``pull_request`` and ``head`` are None where there is none, or was none before."""

    candidate: Candidate
    branch: Branch
    outcome: str
    said: str
    findings: tuple[Finding, ...] = ()
    pull_request: ListedPullRequest | None = None
    head: Sha | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A candidate that was judged, the branch that it goes to, and the pull request that is open from there.

    ``attempts`` are all checks of its update.
    """

    candidate: Candidate
    branch: Branch
    findings: tuple[Finding, ...]
    standing: ListedPullRequest | None
    attempts: tuple[Attempt, ...] = ()


def standing_from(branch: Branch, listed: tuple[ListedPullRequest, ...]) -> ListedPullRequest | None:
    """Return the pull request from a branch, of which GitHub lets there be one."""
    return next((one for one in listed if one.head_branch == branch), None)


def is_moot(candidate: Candidate, workshop: Workshop) -> bool:
    """Whether the base branch holds these locks already."""
    return all(workshop.repository.content(workshop.base_tip, lock.path) == lock.new for lock in candidate.locks)


def propose_candidate(settings: ProposeSettings, plan: Plan, author: Login, powers: Powers) -> Proposal:
    """Propose a candidate, or say why not."""
    if any(finding.severity is Severity.REFUSE for finding in plan.findings):
        return _without(plan, "refused", "The candidate was not proposed: its lock is not what an update makes.")
    if is_moot(plan.candidate, powers.workshop):
        return _without(plan, "moot", f"{settings.base_branch} holds this update already.")
    if settings.dry_run:
        return _without(plan, "dry-run", f"{author} would propose “{headline(plan.candidate)}”.")
    body = pull_request_body(
        plan.candidate,
        server=settings.server_url,
        run=settings.run_url,
        branch_of=settings.branch_of,
        attempts=plan.attempts,
    )
    if plan.standing is None and (declined := _declined(settings, plan, body, author, powers)):
        return _without(plan, "declined", f"{declined.url} was closed by a person with this very update in it.")
    try:
        return _proposed(settings, plan, body, powers)
    except RefusedError as error:
        return _without(plan, "refused", f"{error}. {error.advice}")


def _without(plan: Plan, outcome: str, said: str) -> Proposal:
    return Proposal(candidate=plan.candidate, branch=plan.branch, outcome=outcome, said=said, findings=plan.findings)


def _declined(
    settings: ProposeSettings, plan: Plan, body: str, author: Login, powers: Powers
) -> ListedPullRequest | None:
    """Return the pull request in which a person declined this proposal: what the bot closes loses its mark."""
    closed = powers.author.closed_pull_requests(plan.branch, settings.base_branch)
    own = (listed for listed in closed if listed.author.lower() == author.lower() and not listed.is_merged)
    latest = next(own, None)
    return latest if latest is not None and is_same_proposal(latest.body, body) else None


def _proposed(settings: ProposeSettings, plan: Plan, body: str, powers: Powers) -> Proposal:
    candidate, standing = plan.candidate, plan.standing
    placed = push_proposal(
        settings, candidate, plan.branch, powers.workshop, standing=None if standing is None else standing.head_sha
    )
    if isinstance(placed, Superseded):
        return _without(plan, "superseded", f"{plan.branch} holds a newer proposal than this one, and keeps it.")
    if standing is None and not placed.is_pushed:
        standing = standing_from(plan.branch, powers.author.open_pull_requests(settings.base_branch))
    pull_request, is_edited = _shown(settings, replace(plan, standing=standing), body, placed.sha, powers.author)
    _labelled(settings, candidate, pull_request, powers.author)
    _checked(candidate, placed.sha, settings, powers.job)
    happened = "proposed" if standing is None else "refreshed" if placed.is_pushed or is_edited else "unchanged"
    return _open(plan, happened, pull_request, placed.sha)


def _open(plan: Plan, happened: str, pull_request: ListedPullRequest, head: Sha) -> Proposal:
    """Return what became of a candidate whose pull request is open: what happened, unless it goes no further."""
    candidate = plan.candidate
    outcome = "held" if candidate.held else "broken" if candidate.check.outcome in BROKEN else happened
    said = f"is open, and a person decides: {candidate.held}" if outcome == "held" else _SAID[outcome]
    return Proposal(
        candidate=candidate,
        branch=plan.branch,
        outcome=outcome,
        said=f"{pull_request.url} {said.rstrip('.')}.",
        findings=plan.findings,
        pull_request=pull_request,
        head=head,
    )


def _shown(
    settings: ProposeSettings, plan: Plan, body: str, head: Sha, author: AuthorHub
) -> tuple[ListedPullRequest, bool]:
    """Open the pull request or refresh it; the second is whether its text was replaced."""
    title, shown = headline(plan.candidate), plan.standing
    if shown is None:
        shown = author.open_pull_request(head=plan.branch, base=settings.base_branch, title=title, body=body)
        if shown.head_sha != head:
            raise UnavailableError(
                f"{shown.url} is at {shown.head_sha[:7]}, expected {head[:7]}: another run proposes something else",
                advice="Run this again when that one has ended.",
            )
    if is_same_proposal(shown.body, body):
        return shown, False
    author.edit(shown.number, title=title, body=body)
    return shown, True


def _labelled(
    settings: ProposeSettings, candidate: Candidate, pull_request: ListedPullRequest, author: AuthorHub
) -> None:
    inputs = tuple(sorted({name for _, name in moved_by(candidate)}))
    marks = {settings.broken_label: candidate.check.outcome in BROKEN, settings.held_label: bool(candidate.held)}
    wanted = (*settings.labels_of(inputs), *(label for label, is_so in marks.items() if is_so))
    add = tuple(label for label in wanted if label not in pull_request.labels)
    remove = tuple(label for label, is_so in marks.items() if not is_so and label in pull_request.labels)
    if add or remove:
        author.set_labels(pull_request.number, add=add, remove=remove)


def _checked(candidate: Candidate, sha: Sha, settings: ProposeSettings, job: JobHub | None) -> None:
    check = candidate.check
    if job is None or check.outcome is CheckOutcome.SKIPPED:
        return
    where = "on exactly this tree" if check.is_exact else "where more than this had moved"
    job.post_status(
        sha,
        name=OWN_STATUS,
        is_success=check.outcome is CheckOutcome.PASSED and check.is_exact,
        description=f"the check {check.outcome.value} {where}",
        url=settings.run_url,
    )
