"""Merge exactly the commit that was approved, or leave it to GitHub. Cannot approve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from flakebot.commands.report import Report
from flakebot.commands.roles import is_same, require_author
from flakebot.errors import ExitCode, HeadMovedError, MisuseError, RefusedError
from flakebot.model import Login, PullRequest, Review, ReviewState, Sha
from flakebot.ports import AuthorHub, Merged, MergeResult, NotYet, Queued, Reader, Repository
from flakebot.settings.commands import MergeSettings

_NEVER = ("code owner review", "approving review", "last pusher")
"""What GitHub goes on asking for although the approver has approved: no waiting helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What merging may use. ``base_tip`` is where the base branch stands, fetched together with the head."""

    author: AuthorHub
    reader: Reader
    repository: Repository
    base_tip: Sha


def merge(settings: MergeSettings, powers: Powers) -> Report:
    """Merge the pull request at ``settings.sha``, in the way that is configured."""
    if settings.merge == "off":
        return Report(command="merge", outcome="off", headline="Merging is switched off; a person merges.")
    author = require_author(powers.author.login(), settings)
    pull_request = powers.reader.pull_request(settings.pr)
    if not pull_request.is_open:
        return _ended(settings, pull_request, powers)
    _require_own(pull_request, author, settings)
    _require_approval(powers.reader.reviews(settings.pr), author, settings)
    if powers.repository.commit(settings.sha).parents != (powers.base_tip,):
        said = f"{settings.base_branch} moved since this update was made and checked; the next run goes on there"
        return _report("waiting", pull_request, f"{pull_request.url} is not merged: {said}.")
    if settings.dry_run:
        return _report("dry-run", pull_request, f"{author} would merge {settings.sha[:7]} of {pull_request.url}.")
    return _merged(settings, pull_request, powers)


def _require_own(pull_request: PullRequest, author: Login, settings: MergeSettings) -> None:
    if not is_same(pull_request.author, author):
        raise RefusedError(
            f"{pull_request.url} was opened by {pull_request.author}, not by {author}",
            advice="flakebot merges only what it proposed.",
        )
    if pull_request.base_branch != settings.base_branch:
        raise RefusedError(
            f"{pull_request.url} goes to {pull_request.base_branch}, expected {settings.base_branch}",
            advice="Somebody changed the pull request's base; close it and let flakebot propose again.",
        )
    if pull_request.head_sha != settings.sha:
        raise HeadMovedError(
            f"the head of {pull_request.url} is {pull_request.head_sha[:7]}, but {settings.sha[:7]} was approved",
            advice="Nothing was merged. Find out who pushed; the next run judges the new head from the start.",
        )


def _require_approval(reviews: tuple[Review, ...], author: Login, settings: MergeSettings) -> None:
    """Require the approver's approval of this very commit, whether or not the branch's rules do."""
    latest: dict[str, Review] = {
        review.reviewer.lower(): review for review in reviews if review.state is not ReviewState.COMMENTED
    }
    approvals = [
        review
        for review in latest.values()
        if review.state is ReviewState.APPROVED and review.sha == settings.sha and not is_same(review.reviewer, author)
    ]
    if settings.approver is not None:
        approvals = [review for review in approvals if is_same(review.reviewer, settings.approver)]
    if not approvals:
        raise MisuseError(
            f"{settings.sha[:7]} has no approval by {settings.approver or 'a second account'}",
            advice=f"Run `flakebot approve --pr {settings.pr}` first.",
        )


def _merged(settings: MergeSettings, pull_request: PullRequest, powers: Powers) -> Report:
    result = _ask(settings, pull_request, powers.author)
    match result:
        case Merged(sha=sha):
            _tidy(settings, pull_request, powers)
            said = f"{pull_request.url} is merged into {pull_request.base_branch} as {sha[:7]}."
            return _report("merged", pull_request, said, merge_sha=sha)
        case Queued():
            return _report("queued", pull_request, f"GitHub will merge {pull_request.url} once it may.")
        case NotYet(reason=reason) if any(word in reason.lower() for word in _NEVER):
            raise MisuseError(
                f"{pull_request.url} is approved, but for GitHub that is not enough: {reason}",
                advice="Let CODEOWNERS give the lock to the approver, give the approver the Write role, and do not "
                "require more approvals, or one by somebody else than the last pusher.",
            )
        case NotYet(reason=reason):
            return _report("waiting", pull_request, f"{pull_request.url} is not merged yet: {reason}")
        case _:
            assert_never(result)


def _ask(settings: MergeSettings, pull_request: PullRequest, author: AuthorHub) -> MergeResult:
    if settings.merge == "auto":
        return author.enable_auto_merge(pull_request, sha=settings.sha, method=settings.merge_method)
    return author.merge(pull_request.number, sha=settings.sha, method=settings.merge_method)


def _tidy(settings: MergeSettings, pull_request: PullRequest, powers: Powers) -> None:
    if settings.delete_branch and pull_request.head_branch == settings.branch:
        powers.repository.delete_branch(settings.branch, expected=settings.sha)


def _ended(settings: MergeSettings, pull_request: PullRequest, powers: Powers) -> Report:
    """Report what is over; a run that was killed between the merge and its tidying is tidied now."""
    if pull_request.is_merged and pull_request.head_sha == settings.sha and not settings.dry_run:
        _tidy(settings, pull_request, powers)
    outcome = "merged" if pull_request.is_merged else "closed"
    return _report(outcome, pull_request, f"{pull_request.url} is {outcome} already.")


def _report(outcome: str, pull_request: PullRequest, headline: str, *, merge_sha: str = "") -> Report:
    return Report(
        command="merge",
        outcome=outcome,
        headline=headline,
        exit_code=ExitCode.DONE,
        facts={
            "pull_request_number": pull_request.number,
            "pull_request_url": pull_request.url,
            "head_sha": pull_request.head_sha,
            "merged": outcome == "merged",
            "merge_sha": merge_sha,
        },
        summary=f"{headline}\n",
    )
