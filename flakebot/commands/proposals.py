"""The report of a whole update's proposals: its outcome, and the numbers that the next commands take. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flakebot.commands.proposal import GOING, Proposal
from flakebot.commands.report import Fact, Report
from flakebot.commands.retired import Retired
from flakebot.errors import ExitCode
from flakebot.model import Fingerprint
from flakebot.text.commit_message import headline
from flakebot.text.verdict import findings_summary

_RANKING = ("refused", "broken", "proposed", "refreshed", "unchanged", "held", "declined", "dry-run", "closed")
"""Which outcome stands for all: what a person must see, then what goes on, then what waits for one, or did."""

_LOOK = {"refused", "broken", "held"}

_DECLINED = "It is not proposed again until there is another; reopen the pull request if it is to go on."


def proposals_report(
    proposals: tuple[Proposal, ...], retired: tuple[Retired, ...], fingerprint: Fingerprint | None
) -> Report:
    """Return what became of the update."""
    outcomes = {proposal.outcome for proposal in proposals} | {one.outcome for one in retired}
    outcome = next((word for word in _RANKING if word in outcomes), "unchanged")
    said = [proposal.said for proposal in proposals] + [one.said for one in retired]
    return Report(
        command="propose",
        outcome=outcome,
        headline=" ".join(said) or "There is nothing to propose.",
        exit_code=ExitCode.REFUSED if outcome in _LOOK else ExitCode.DONE,
        facts={**_leading(proposals, retired), **_numbers(proposals, retired), "fingerprint": fingerprint},
        findings=tuple(finding for proposal in proposals for finding in proposal.findings),
        summary="".join(map(_summary, proposals)) + "".join(f"\n{one.said}\n" for one in retired),
        warnings=tuple(f"{one.said} {_DECLINED}" for one in proposals if one.outcome == "declined"),
    )


def _leading(proposals: tuple[Proposal, ...], retired: tuple[Retired, ...]) -> Mapping[str, Fact]:
    """Return the facts of the first that may go on, else of the first that is open at all, else of what is over."""
    going = (proposal for proposal in proposals if proposal.outcome in GOING)
    shown = (proposal for proposal in proposals if proposal.pull_request is not None)
    for proposal in (*going, *shown):
        return _facts(proposal)
    for one in retired:
        return {"pull_request_number": one.pull_request.number, "pull_request_url": one.pull_request.url}
    return {}


def _facts(proposal: Proposal) -> Mapping[str, Fact]:
    found = proposal.pull_request
    return {
        "pull_request_number": None if found is None else found.number,
        "pull_request_url": None if found is None else found.url,
        "head_sha": proposal.head,
        "check": proposal.candidate.check.outcome.value,
    }


def _numbers(proposals: tuple[Proposal, ...], retired: tuple[Retired, ...]) -> Mapping[str, Fact]:
    going = [proposal for proposal in proposals if proposal.outcome in GOING]
    return {
        "pull_request_numbers": _listed(going),
        "head_shas": ",".join(proposal.head for proposal in going if proposal.head is not None),
        "held_pull_request_numbers": _listed(proposal for proposal in proposals if proposal.outcome == "held"),
        "pull_requests": (*map(_row, proposals), *map(_retired_row, retired)),
    }


def _listed(proposals: Iterable[Proposal]) -> str:
    return ",".join(str(one.pull_request.number) for one in proposals if one.pull_request is not None)


def _row(proposal: Proposal) -> Mapping[str, Fact]:
    facts = _facts(proposal)
    return {
        "number": facts["pull_request_number"],
        "url": facts["pull_request_url"],
        "head_sha": proposal.head,
        "branch": proposal.branch,
        "outcome": proposal.outcome,
        "held": bool(proposal.candidate.held),
        "check": facts["check"],
    }


def _retired_row(one: Retired) -> Mapping[str, Fact]:
    found = one.pull_request
    return {
        "number": found.number,
        "url": found.url,
        "head_sha": found.head_sha,
        "branch": found.head_branch,
        "outcome": one.outcome,
        "held": False,
        "check": None,
    }


def _summary(proposal: Proposal) -> str:
    title = "The candidate was refused" if proposal.outcome == "refused" else headline(proposal.candidate)
    return findings_summary(title, proposal.findings) + f"\n{proposal.said}\n"
