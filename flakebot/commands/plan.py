"""What is to become of one candidate, and what proposing may use for it. Values; does nothing."""

from __future__ import annotations

from msgspec import Struct

from flakebot.commands.branch import Workshop
from flakebot.model import Attempt, Branch, Candidate, ListedPullRequest
from flakebot.policy.verdict import Finding
from flakebot.ports import AuthorHub, JobHub


class Powers(Struct, frozen=True, kw_only=True):
    """What proposing may use: the author's account, the job's account, and what a commit is built with.

    ``job`` is None without a job token, which is fine as long as no status is to be posted.
    """

    author: AuthorHub
    job: JobHub | None
    workshop: Workshop


class Plan(Struct, frozen=True, kw_only=True):
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
