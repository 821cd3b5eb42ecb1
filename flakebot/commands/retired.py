"""The bot's open pull requests that this update no longer proposes: closed, each with the reason.

Never closes what another account opened, nor what ends in a commit that the bot's key did not sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from flakebot.commands.branch import is_own
from flakebot.commands.flakes import lock_paths
from flakebot.commands.moved import Moved, moved_by, root_inputs
from flakebot.commands.plan import Powers
from flakebot.commands.proposal import GOING, Proposal
from flakebot.errors import HeadMovedError
from flakebot.model import ListedPullRequest, Update
from flakebot.settings.commands import ProposeSettings
from flakebot.text.pull_request import without_marker


class Retired(Struct, frozen=True, kw_only=True):
    """A pull request that is proposed no more, and what became of it: ``closed``, ``left`` or ``dry-run``."""

    pull_request: ListedPullRequest
    outcome: str
    said: str


def retire(
    settings: ProposeSettings,
    update: Update,
    proposals: tuple[Proposal, ...],
    standing: tuple[ListedPullRequest, ...],
    powers: Powers,
) -> tuple[Retired, ...]:
    """Close what is open and moot, and, where the update speaks for all, what it does not propose."""
    moot = {proposal.branch for proposal in proposals if proposal.outcome == "moot"}
    kept = {proposal.branch for proposal in proposals} - moot
    is_whole = _speaks_for_all(settings, update, proposals, powers)
    retiring = (one for one in standing if one.head_branch in moot or (is_whole and one.head_branch not in kept))
    return tuple(_retired(settings, update, proposals, one, powers) for one in retiring)


def _speaks_for_all(settings: ProposeSettings, update: Update, proposals: tuple[Proposal, ...], powers: Powers) -> bool:
    """Whether the update is of every flake, of all inputs, of what the base branch holds now, and was not refused."""
    repository, tip = powers.workshop.repository, powers.workshop.base_tip
    is_refused = any(proposal.outcome == "refused" for proposal in proposals)
    if is_refused or not update.is_complete or {*update.paths} != {*lock_paths(repository, tip, settings.directory)}:
        return False
    return all(repository.content(tip, path) == repository.content(update.base, path) for path in update.paths)


def _retired(
    settings: ProposeSettings,
    update: Update,
    proposals: tuple[Proposal, ...],
    found: ListedPullRequest,
    powers: Powers,
) -> Retired:
    repository, head = powers.workshop.repository, found.head_sha
    repository.fetch((head,), depth=1)
    if not is_own(repository.commit(head), powers.workshop.signer):
        said = f"{found.url} is proposed no more, but its head {head[:7]} is not the bot's own: it is left open."
        return Retired(pull_request=found, outcome="left", said=said)
    sentence = _reason(settings, proposals, found, _moved_by_head(update, found, powers))
    if settings.dry_run:
        return Retired(pull_request=found, outcome="dry-run", said=f"{found.url} would be closed: {sentence}")
    powers.author.close(found.number, sentence=sentence, body=without_marker(found.body))
    said = f"{found.url} is closed: {sentence}"
    try:
        repository.delete_branch(found.head_branch, expected=head)
    except HeadMovedError:
        said = f"{said} Its branch moved meanwhile and stays."
    return Retired(pull_request=found, outcome="closed", said=said)


def _moved_by_head(update: Update, found: ListedPullRequest, powers: Powers) -> Moved:
    """Return the inputs by which a pull request's head differs from what the base branch holds now."""
    content, tip = powers.workshop.repository.content, powers.workshop.base_tip
    return frozenset(
        (path, name) for path in update.paths for name in root_inputs(content(tip, path), content(found.head_sha, path))
    )


def _reason(settings: ProposeSettings, proposals: tuple[Proposal, ...], found: ListedPullRequest, moved: Moved) -> str:
    successors = tuple(_successors(proposals, moved))
    numbers = " and ".join(f"#{one.pull_request.number}" for one in successors if one.pull_request is not None)
    if successors and settings.held_label in found.labels and all(one.outcome in GOING for one in successors):
        return f"This passes its check now, as part of {numbers}."
    if successors:
        return f"What this moves goes on in {numbers}."
    if not moved or not proposals:
        return f"`{settings.base_branch}` is up to date without this, so there is nothing left to merge."
    return "The configuration no longer proposes this by itself."


def _successors(proposals: tuple[Proposal, ...], moved: Moved) -> Iterator[Proposal]:
    """Yield the proposals that move some of these inputs, too."""
    for proposal in proposals:
        if proposal.pull_request is not None and moved & moved_by(proposal.candidate):
            yield proposal
