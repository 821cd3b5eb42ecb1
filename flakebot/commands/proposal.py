"""One candidate becomes one signed commit and one pull request. Judges its locks first; never approves."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from flakebot.commands.branch import Superseded, Workshop, push_proposal
from flakebot.commands.plan import Plan, Powers, standing_from
from flakebot.commands.showing import BROKEN, show
from flakebot.errors import RefusedError
from flakebot.model import Branch, Candidate, ListedPullRequest, Login, Sha
from flakebot.policy.verdict import Finding, Severity
from flakebot.settings.commands import ProposeSettings
from flakebot.text.commit_message import headline
from flakebot.text.pull_request import is_same_proposal, pull_request_body

GOING = {"proposed", "refreshed", "unchanged"}
"""The outcomes of what may be approved and merged."""

_SAID = {
    "proposed": "is open with this update",
    "refreshed": "was refreshed with this update",
    "unchanged": "holds this very update already",
    "broken": "is open, but the update fails its check",
}


class Proposal(Struct, frozen=True, kw_only=True):
    """What became of a candidate. ``pull_request`` and ``head`` are None where there is none, or was none before."""

    candidate: Candidate
    branch: Branch
    outcome: str
    said: str
    findings: tuple[Finding, ...] = ()
    pull_request: ListedPullRequest | None = None
    head: Sha | None = None


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
    pull_request, is_edited = show(settings, replace(plan, standing=standing), body, placed, powers)
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
