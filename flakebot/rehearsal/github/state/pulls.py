"""Pull requests with their reviews, comments and labels, as the stand-in remembers them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from flakebot.model import Branch, Sha
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.rules import MergeMethod

if TYPE_CHECKING:
    from flakebot.rehearsal.github.state.repositories import Repository


class ReviewVerdict(StrEnum):
    """The states of a review."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"
    PENDING = "PENDING"


@dataclass(slots=True, kw_only=True, eq=False)
class Review:
    """One review: whose, of which commit, with which verdict."""

    id: int
    author: Account
    verdict: ReviewVerdict
    body: str
    sha: Sha
    submitted_at: datetime


@dataclass(slots=True, kw_only=True, eq=False)
class Comment:
    """A comment in a pull request's conversation."""

    id: int
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True, eq=False)
class Label:
    """A repository's label."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


class Merge(Struct, frozen=True, kw_only=True):
    """How a pull request was merged."""

    sha: Sha
    by: Account
    at: datetime


class AutoMerge(Struct, frozen=True, kw_only=True):
    """A standing order to merge as soon as nothing is in the way."""

    enabled_by: Account
    enabled_at: datetime
    method: MergeMethod
    title: str | None
    message: str | None


@dataclass(slots=True, kw_only=True, eq=False)
class PullRequest:
    """A pull request. ``base_sha`` is the base's tip when the head last moved, as GitHub reports it.

    ``fork_point`` is the merge base at that moment; what was changed is counted from it, also after the merge.
    ``computed_for`` names the head and base for which ``mergeable`` has been asked once: GitHub answers null
    the first time.
    """

    id: int
    number: int
    author: Account
    title: str
    body: str | None
    is_draft: bool
    base_branch: Branch
    base_sha: Sha
    fork_point: Sha
    head_repository: Repository
    head_branch: Branch
    head_sha: Sha
    last_pusher: Account
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    merge: Merge | None = None
    merge_commit: Sha | None = None
    auto_merge: AutoMerge | None = None
    computed_for: tuple[Sha, Sha] | None = None
    maintainer_can_modify: bool = False
    labels: list[Label] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    requested_reviewers: list[Account] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it is neither merged nor closed."""
        return self.closed_at is None

    @property
    def state(self) -> str:
        """The API's ``state``: a merged pull request is closed."""
        return "open" if self.is_open else "closed"
