"""What a command may ask of the world, one Protocol per power. Declarations only; adapters fulfil them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from flakebot.model import (
    Branch,
    Check,
    CheckReport,
    Commit,
    Comparison,
    Login,
    Person,
    PullRequest,
    RequiredCheck,
    Review,
    Sha,
    Signature,
    TreeChange,
    TreeEntry,
)
from flakebot.model.provenance import Facts, Question

Sign = Callable[[bytes], str]
"""Takes a commit's bytes, returns an armoured detached signature."""

Progress = Callable[[str], None]
"""Takes one line that a tool printed, as it is printed."""


class Clock(Protocol):
    """Time, which only this port knows."""

    def now(self) -> datetime:
        """Return the present, in UTC."""

    def sleep(self, pause: timedelta) -> None:
        """Wait that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRun:
    """What ``nix flake update`` left behind: the lock's bytes, and what Nix printed."""

    lock: bytes
    log: str


class Nix(Protocol):
    """Nix, in a process that holds no secret and starts with an allow-listed environment.

    Both calls raise `UnavailableError` when Nix could not be run at all, and `MisuseError` when there is none.
    """

    def version(self) -> str:
        """Return what ``nix --version`` says, as ``2.26.3``."""

    def update(self, flake: Path, *, limit: timedelta, progress: Progress) -> UpdateRun:
        """Run ``nix flake update`` in the flake's folder and return the lock and what Nix printed.

        Raises `RefusedError` when Nix could not update it, with what Nix said.
        """

    def check(self, flake: Path, *, arguments: tuple[str, ...], limit: timedelta, progress: Progress) -> CheckReport:
        """Run ``nix flake check`` without letting it touch the lock. A failing check is a report, no error."""


class Repository(Protocol):
    """A git repository's objects and its remote. Never its work tree, and never another branch than the one named.

    Every call raises `UnavailableError` when git or the remote fails and `MisuseError` when an object that was
    named is not there.
    """

    def resolve(self, revision: str) -> Sha:
        """Return the commit that a revision names."""

    def commit(self, sha: Sha) -> Commit:
        """Return one commit, taken apart."""

    def commits_between(self, base: Sha, head: Sha) -> tuple[Commit, ...]:
        """Return the commits reachable from head and not from base, oldest first."""

    def merge_base(self, one: Sha, other: Sha) -> Sha:
        """Return the one best common ancestor; several or none is an error."""

    def changes(self, old: Sha, new: Sha) -> tuple[TreeChange, ...]:
        """Return the raw differences between the trees of two commits, without rename detection."""

    def entry(self, commit: Sha, path: str) -> TreeEntry | None:
        """Return what stands at a path of a commit's tree."""

    def content(self, commit: Sha, path: str) -> bytes | None:
        """Return the bytes of a blob at a path of a commit's tree; None when nothing stands there."""

    def export(self, commit: Sha, folder: Path) -> None:
        """Write the commit's tree into an empty folder, as a repository of its own with one commit."""

    def record(self, folder: Path, path: str) -> Sha:
        """Commit one file of an exported folder there, so that Nix sees a clean tree, and return the tree."""

    def tree_with(self, commit: Sha, path: str, content: bytes) -> Sha:
        """Return the commit's tree with one blob replaced (or added), written to the object database."""

    def write_commit(self, *, tree: Sha, parent: Sha, author: Person, when: datetime, message: str, sign: Sign) -> Sha:
        """Write a commit object whose author is also its committer, signed by what ``sign`` returns for its bytes."""

    def fetch(self, commits: tuple[Sha, ...], *, depth: int) -> None:
        """Bring commits of the remote here, by their names, with so many generations of history."""

    def fetch_tip(self, branch: Branch, commits: tuple[Sha, ...], *, depth: int) -> Sha:
        """Bring a branch's tip and further commits here, each with so many generations, and return the tip.

        Raises `MisuseError` when the remote has no such branch.
        """

    def remote_heads(self, branches: tuple[Branch, ...]) -> Mapping[Branch, Sha]:
        """Return where branches of the remote stand; one that does not exist is missing."""

    def push(self, sha: Sha, branch: Branch, *, expected: Sha | None) -> None:
        """Move a remote branch to a commit, only from where it is expected to stand (None: not to exist).

        Raises `HeadMovedError` when it stands elsewhere, `RefusedError` with the server's words when it declines.
        """

    def delete_branch(self, branch: Branch, *, expected: Sha) -> None:
        """Delete a remote branch, only while it stands where it is expected to; gone already is fine."""


class Verifier(Protocol):
    """A keyring of public keys that lives no longer than the command."""

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        """Say what a detached signature over these bytes is worth."""


class Signer(Verifier, Protocol):
    """One imported private key, in a keyring that lives no longer than the command and holds no other."""

    @property
    def signature(self) -> Signature:
        """The key's fingerprints and identities, as a good signature of it would carry them."""

    def sign(self, payload: bytes) -> str:
        """Return an armoured detached signature that was verified after it was made.

        Raises `MisuseError` when the key cannot sign (expired, revoked, wrong passphrase).
        """


class Reader(Protocol):
    """Reading from GitHub. Every call raises `UnavailableError` or, for a token that may not, `MisuseError`."""

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request as it is now, never from a cache."""

    def comparison(self, base: Sha, head: Sha) -> Comparison:
        """Return GitHub's comparison of two commits."""

    def file(self, path: str, branch: Branch) -> bytes | None:
        """Return a file's bytes at a branch's tip, None when there is none."""

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Return the submitted reviews, oldest first."""

    def public_keys(self, login: Login) -> tuple[str, ...]:
        """Return the armoured public keys of an account."""

    def required_checks(self, branch: Branch) -> tuple[RequiredCheck, ...]:
        """Return what the branch's rulesets require; what classic protection requires cannot be read."""

    def checks(self, sha: Sha) -> tuple[Check, ...]:
        """Return the latest check runs and commit statuses of a commit."""


class Provenance(Protocol):
    """Asking others where content comes from: hosts for their refs, and everybody for the content itself."""

    def collect(self, questions: tuple[Question, ...]) -> Facts:
        """Return everything that was answered so far, with an answer to each of these questions.

        What cannot be had is an answer too (`Unknown`), and no error.
        """


class JobHub(Protocol):
    """What the job's own token may write."""

    def post_status(self, sha: Sha, *, name: str, is_success: bool, description: str, url: str) -> None:
        """Post a commit status, unless the same one from the same account is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """GitHub merged; ``sha`` is the merge commit."""

    sha: Sha


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """GitHub will merge by itself once everything that it requires is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """GitHub wants something first; ``reason`` is its sentence."""

    reason: str


MergeResult = Merged | Queued | NotYet


class AuthorHub(Protocol):
    """What the author's token may do. It cannot approve: there is no method for it."""

    def login(self) -> Login:
        """Return the account behind the token."""

    def pull_request_from(self, branch: Branch, base: Branch) -> PullRequest | None:
        """Return the open pull request from the branch of this very repository, None when there is none."""

    def open_pull_request(self, *, head: Branch, base: Branch, title: str, body: str) -> PullRequest:
        """Open a pull request."""

    def edit(self, number: int, *, title: str, body: str) -> None:
        """Replace the title and body."""

    def set_labels(self, number: int, *, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        """Add and remove labels; others stay."""

    def close(self, number: int, *, sentence: str) -> None:
        """Close with one comment that says why."""

    def merge(self, number: int, *, sha: Sha, method: str) -> MergeResult:
        """Merge exactly this head. Raises `HeadMovedError` when the head is another, `RefusedError` otherwise."""

    def enable_auto_merge(self, pull_request: PullRequest, *, sha: Sha, method: str) -> MergeResult:
        """Ask GitHub to merge this head once it may; merges at once where GitHub says that nothing is missing."""


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
