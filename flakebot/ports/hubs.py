"""Writing to GitHub, one power per account: no account has the methods of another. Declarations only."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from flakebot.model import Branch, ListedPullRequest, Login, PullRequest, Sha


class JobHub(Protocol):
    """What the job's own token may write."""

    def post_status(self, sha: Sha, *, name: str, is_success: bool, description: str, url: str) -> None:
        """Post a commit status, unless the same one from the same account is there already."""


class Merged(Struct, frozen=True, kw_only=True):
    """GitHub merged; ``sha`` is the merge commit."""

    sha: Sha


class Queued(Struct, frozen=True, kw_only=True):
    """GitHub will merge by itself once everything that it requires is there."""


class NotYet(Struct, frozen=True, kw_only=True):
    """GitHub wants something first; ``reason`` is its sentence."""

    reason: str


MergeResult = Merged | Queued | NotYet


class AuthorHub(Protocol):
    """What the author's token may do. It cannot approve: there is no method for it."""

    def login(self) -> Login:
        """Return the account behind the token."""

    def open_pull_requests(self, base: Branch) -> tuple[ListedPullRequest, ...]:
        """Return every open pull request into the base from a branch of this very repository, newest first."""

    def closed_pull_requests(self, branch: Branch, base: Branch) -> tuple[ListedPullRequest, ...]:
        """Return the newest pull requests from a branch of this very repository that are closed, newest first."""

    def open_pull_request(self, *, head: Branch, base: Branch, title: str, body: str) -> ListedPullRequest:
        """Open a pull request, or return the one that somebody opened from the branch in the meantime."""

    def edit(self, number: int, *, title: str, body: str) -> None:
        """Replace the title and body."""

    def set_labels(self, number: int, *, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        """Add and remove labels; others stay."""

    def close(self, number: int, *, sentence: str, body: str) -> None:
        """Close with one comment that says why, and leave this body."""

    def merge(self, number: int, *, sha: Sha, method: str) -> MergeResult:
        """Merge exactly this head. Raises `HeadMovedError` when the head is another, `RefusedError` otherwise."""

    def enable_auto_merge(self, pull_request: PullRequest, *, sha: Sha, method: str) -> MergeResult:
        """Ask GitHub to merge this head once it may; merges at once where GitHub says that nothing is missing."""

    def disable_auto_merge(self, pull_request: PullRequest) -> None:
        """Ask GitHub not to merge it by itself any more; that it would not have is fine."""


class ApproverHub(Protocol):
    """What the approver's token may do. It cannot push or merge: there is no method for it."""

    def login(self) -> Login:
        """Return the account behind the token."""

    def approve(self, number: int, *, sha: Sha, body: str) -> None:
        """Submit an approving review for exactly this commit."""

    def withdraw(self, number: int, *, sha: Sha, body: str) -> None:
        """Replace an approval that no longer holds by a request for changes."""

    def explain(self, number: int, *, marker: str, body: str) -> None:
        """Leave one comment that carries the marker: made once, edited in place, untouched when the same."""

    def settle(self, number: int, *, marker: str, body: str) -> None:
        """Edit the comment that carries the marker where there is one; make none."""
