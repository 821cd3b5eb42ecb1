"""What GitHub says of pull requests, commits, checks and reviews, at one moment. Frozen values, no I/O."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from flakebot.model.names import Branch, Login, Sha


class HostCommit(Struct, frozen=True, kw_only=True):
    """What GitHub says of a commit: whose it is and whether its signature is ``verified``, with its reason."""

    sha: Sha
    author: Login | None
    committer: Login | None
    verified: bool
    reason: str


class Comparison(Struct, frozen=True, kw_only=True):
    """GitHub's comparison of two commits. The lists may be shorter than the counts: GitHub cuts them."""

    merge_base: Sha
    total_commits: int
    commits: tuple[HostCommit, ...]
    files: tuple[str, ...]


class ListedPullRequest(Struct, frozen=True, kw_only=True):
    """What GitHub's lists say of a pull request. ``head_repository`` is None when the fork was deleted."""

    number: int
    url: str
    is_open: bool
    is_merged: bool
    title: str
    body: str
    author: Login
    base_branch: Branch
    head_branch: Branch
    head_sha: Sha
    head_repository: str | None
    labels: tuple[str, ...]


class PullRequest(ListedPullRequest, frozen=True, kw_only=True):
    """A pull request at one moment, asked for by itself.

    ``has_auto_merge`` says that GitHub was asked to merge it by itself, and will once nothing is missing any more.
    """

    node_id: str
    is_draft: bool
    has_auto_merge: bool = False
    base_sha: Sha
    changed_files: int
    commits: int
    comments: int = 0


class CheckSource(StrEnum):
    """Where a check's result came from: GitHub keeps both kinds side by side, and both count."""

    CHECK_RUN = "check run"
    STATUS = "status"


class CheckState(StrEnum):
    """Passed covers GitHub's success, skipped and neutral; everything that ended otherwise failed."""

    PASSED = "passed"
    PENDING = "pending"
    FAILED = "failed"


class Check(Struct, frozen=True, kw_only=True):
    """The latest result of one name from one source; ``poster`` is the account, for a check run the App."""

    name: str
    source: CheckSource
    state: CheckState
    poster: Login | None
    detail: str = ""
    app_id: int | None = None


class RequiredCheck(Struct, frozen=True, kw_only=True):
    """A name that must have passed; with ``app_id`` only results of that App count."""

    name: str
    app_id: int | None = None


class Push(Struct, frozen=True, kw_only=True):
    """One time that a branch moved, by GitHub's record. Where it was made or deleted, one side is all zeros."""

    pusher: Login | None
    before: Sha
    after: Sha


class ReviewState(StrEnum):
    """The states of a submitted review that matter here."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    DISMISSED = "DISMISSED"
    COMMENTED = "COMMENTED"


class Review(Struct, frozen=True, kw_only=True):
    """A submitted review and the commit it was submitted for."""

    reviewer: Login
    state: ReviewState
    sha: Sha
