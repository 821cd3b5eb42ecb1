"""The pull request of a commit that was pushed: opened or refreshed, then its status and its labels.

Leaves no branch behind for which the token may open no pull request, and says of every other refusal what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flakebot.commands.branch import Proposed
from flakebot.commands.moved import moved_by
from flakebot.commands.plan import Plan, Powers
from flakebot.errors import FlakebotError, MisuseError, UnavailableError
from flakebot.model import Candidate, CheckOutcome, ListedPullRequest, Sha
from flakebot.ports import AuthorHub, JobHub
from flakebot.settings.commands import ProposeSettings
from flakebot.settings.judging import OWN_STATUS
from flakebot.text.commit_message import headline
from flakebot.text.pull_request import is_same_proposal

BROKEN = {CheckOutcome.FAILED, CheckOutcome.TIMED_OUT}


def show(
    settings: ProposeSettings, plan: Plan, body: str, placed: Proposed, powers: Powers
) -> tuple[ListedPullRequest, bool]:
    """Open the pull request or refresh it, with all its marks; the second is whether its text was replaced.

    The status comes before the labels: without it nothing can be approved, while a label is only read by people.
    """
    shown = plan.standing or _opened(settings, plan, body, placed, powers)
    is_edited = not is_same_proposal(shown.body, body)
    with _saying_what_is_there(shown):
        if is_edited:
            powers.author.edit(shown.number, title=headline(plan.candidate), body=body)
        _post_status(plan.candidate, placed.sha, settings, powers.job)
        _label(settings, plan.candidate, shown, powers.author)
    return shown, is_edited


def _opened(settings: ProposeSettings, plan: Plan, body: str, placed: Proposed, powers: Powers) -> ListedPullRequest:
    title = headline(plan.candidate)
    try:
        opened = powers.author.open_pull_request(head=plan.branch, base=settings.base_branch, title=title, body=body)
    except MisuseError as refused:
        if placed.is_pushed:
            _take_back(plan, placed.sha, powers, refused)
        raise
    if opened.head_sha != placed.sha:
        raise UnavailableError(
            f"{opened.url} is at {opened.head_sha[:7]}, expected {placed.sha[:7]}: another run proposes something else",
            advice="Run this again when that one has ended.",
        )
    return opened


def _take_back(plan: Plan, sha: Sha, powers: Powers, refused: MisuseError) -> None:
    """Delete the branch that was pushed for nothing; one that somebody moved meanwhile is no longer ours."""
    try:
        powers.workshop.repository.delete_branch(plan.branch, expected=sha)
    except FlakebotError as failed:
        raise MisuseError(
            f"{refused}; {plan.branch} was pushed at {sha[:7]} and stays: {failed}", advice=refused.advice
        ) from refused


@contextmanager
def _saying_what_is_there(shown: ListedPullRequest) -> Iterator[None]:
    """Tell a person whose token lacks a permission, which only its use shows, how far this came."""
    try:
        yield
    except MisuseError as refused:
        raise MisuseError(
            f"{refused}; {shown.url} is open and stays as it is by now",
            advice=f"{refused.advice} Then run this again: it goes on from there.",
        ) from refused


def _label(settings: ProposeSettings, candidate: Candidate, pull_request: ListedPullRequest, author: AuthorHub) -> None:
    inputs = tuple(sorted({name for _, name in moved_by(candidate)}))
    marks = {settings.broken_label: candidate.check.outcome in BROKEN, settings.held_label: bool(candidate.held)}
    wanted = (*settings.labels_of(inputs), *(label for label, is_so in marks.items() if is_so))
    add = tuple(label for label in wanted if label not in pull_request.labels)
    remove = tuple(label for label, is_so in marks.items() if not is_so and label in pull_request.labels)
    if add or remove:
        author.set_labels(pull_request.number, add=add, remove=remove)


def _post_status(candidate: Candidate, sha: Sha, settings: ProposeSettings, job: JobHub | None) -> None:
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
