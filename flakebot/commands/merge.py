"""Merge exactly the commits that were approved, or leave it to GitHub. Cannot approve, and never merges by lines."""

from __future__ import annotations

from functools import partial
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from flakebot.commands.flakes import lock_paths
from flakebot.commands.mergeable import require_approval, require_own
from flakebot.commands.moved import root_inputs
from flakebot.commands.report import Report
from flakebot.commands.roles import require_author
from flakebot.commands.several import attempted, combined, listed
from flakebot.errors import ExitCode, MisuseError
from flakebot.model import Login, PullRequest, Sha
from flakebot.ports import AuthorHub, Merged, MergeResult, NotYet, Queued, Reader, Repository
from flakebot.settings.commands import MergeSettings

_NEVER = ("code owner review", "approving review", "last pusher")
"""What GitHub goes on asking for although the approver has approved: no waiting helps."""

_RANKING = ("merged", "queued", "misuse", "failed", "refused", "waiting", "off", "dry-run", "closed")
"""Some progress is progress; else the worst comes first."""

_TAKEN = {"merged", "queued"}
"""After these the base branch is not, or soon will not be, what the other pull requests were checked on."""

_MAY_GO_FIRST = {*_TAKEN, "waiting"}
"""What waits may be merged by the next run, and then GitHub would merge by lines what it was asked to merge later."""


class Powers(Struct, frozen=True, kw_only=True):
    """What merging may use. ``base_tip`` is where the base branch stands, fetched together with the heads."""

    author: AuthorHub
    reader: Reader
    repository: Repository
    base_tip: Sha


class _Task(Struct, frozen=True, kw_only=True):
    """One pull request, the commit of it that was approved, and where the base branch stands; None: nobody knows.

    ``is_next`` says that no other pull request of this run may be merged before it.
    """

    number: int
    sha: Sha
    base_tip: Sha | None
    is_next: bool


def merge(settings: MergeSettings, powers: Powers) -> Report:
    """Merge each pull request at its approved commit; after the first one, the others wait for the next run."""
    author = require_author(powers.author.login(), settings)
    reports: list[Report] = []
    for number, sha in zip(settings.pr, settings.sha, strict=True):
        before = {report.outcome for report in reports}
        base_tip = None if before & _TAKEN else powers.base_tip
        task = _Task(number=number, sha=sha, base_tip=base_tip, is_next=not before & _MAY_GO_FIRST)
        act = partial(_merge_one, settings, task, author, powers)
        reports.append(attempted("merge", number, act, is_alone=len(settings.pr) == 1))
    return _with_remaining(combined(tuple(reports), goal="merged", ranking=_RANKING), tuple(reports))


def _with_remaining(report: Report, parts: tuple[Report, ...]) -> Report:
    """Say which pull requests wait for an update on the base branch as it is now, so that it can be made at once."""
    remaining = listed(tuple(part for part in parts if part.facts.get("base_moved")), "pull_request_number")
    return replace(report, facts={**report.facts, "remaining": remaining, "again": bool(remaining)})


def _merge_one(settings: MergeSettings, task: _Task, author: Login, powers: Powers) -> Report:
    pull_request = powers.reader.pull_request(task.number)
    if not pull_request.is_open:
        return _ended(settings, task, pull_request, powers)
    require_own(pull_request, task.sha, author, settings)
    require_approval(pull_request, powers.reader.reviews(task.number), task.sha, settings)
    if powers.repository.commit(task.sha).parents != (task.base_tip,):
        if pull_request.has_auto_merge and not settings.dry_run:
            powers.author.disable_auto_merge(pull_request)
        said = f"{settings.base_branch} moved since this update was made and checked; the next run goes on there"
        return _report("waiting", pull_request, f"{pull_request.url} is not merged: {said}.", base_moved=True)
    mode = settings.merge_mode(_inputs(settings, task, powers))
    if mode == "off":
        return _report("off", pull_request, f"Merging {pull_request.url} is switched off; a person merges.")
    if mode == "auto" and not task.is_next:
        said = "another pull request of this run may be merged first; GitHub is asked when that is decided"
        return _report("waiting", pull_request, f"{pull_request.url} is not merged: {said}.")
    if settings.dry_run:
        return _report("dry-run", pull_request, f"{author} would merge {task.sha[:7]} of {pull_request.url}.")
    return _merged(settings, task, mode, pull_request, powers)


def _inputs(settings: MergeSettings, task: _Task, powers: Powers) -> tuple[str, ...]:
    """Return the inputs that the commit moves, read from the locks on both sides of it."""
    content, base = powers.repository.content, powers.base_tip
    paths = lock_paths(powers.repository, base, settings.directory)
    moved = (name for path in paths for name in root_inputs(content(base, path), content(task.sha, path)))
    return tuple(dict.fromkeys(moved))


def _merged(settings: MergeSettings, task: _Task, mode: str, pull_request: PullRequest, powers: Powers) -> Report:
    result = _ask(settings, task, mode, pull_request, powers.author)
    match result:
        case Merged(sha=sha):
            _tidy(settings, task, pull_request, powers)
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
            said = f"{pull_request.url} is not merged yet: {reason.rstrip('.')}. The next run tries again."
            return _report("waiting", pull_request, said)
        case _:
            assert_never(result)


def _ask(settings: MergeSettings, task: _Task, mode: str, pull_request: PullRequest, author: AuthorHub) -> MergeResult:
    if mode == "auto":
        return author.enable_auto_merge(pull_request, sha=task.sha, method=settings.merge_method)
    return author.merge(pull_request.number, sha=task.sha, method=settings.merge_method)


def _tidy(settings: MergeSettings, task: _Task, pull_request: PullRequest, powers: Powers) -> None:
    if settings.delete_branch and settings.is_own(pull_request.head_branch):
        powers.repository.delete_branch(pull_request.head_branch, expected=task.sha)


def _ended(settings: MergeSettings, task: _Task, pull_request: PullRequest, powers: Powers) -> Report:
    """Report what is over; a run that was killed between the merge and its tidying is tidied now."""
    if pull_request.is_merged and pull_request.head_sha == task.sha and not settings.dry_run:
        _tidy(settings, task, pull_request, powers)
    outcome = "merged" if pull_request.is_merged else "closed"
    return _report(outcome, pull_request, f"{pull_request.url} is {outcome} already.")


def _report(
    outcome: str, pull_request: PullRequest, headline: str, *, merge_sha: str = "", base_moved: bool = False
) -> Report:
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
            "base_moved": base_moved,
        },
        summary=f"{headline}\n",
    )
