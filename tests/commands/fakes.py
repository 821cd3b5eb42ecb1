"""A small world in memory that fulfils the ports: one pull request that passes every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from flakebot.commands.gather import Sources
from flakebot.errors import HeadMovedError
from flakebot.model import (
    REGULAR_FILE,
    Branch,
    Check,
    Commit,
    Comparison,
    ListedPullRequest,
    Login,
    Person,
    PullRequest,
    Push,
    RequiredCheck,
    Review,
    ReviewState,
    Sha,
    Signature,
    TreeChange,
    TreeEntry,
)
from flakebot.ports import Merged, MergeResult, Sign, Verifier
from tests.policy import evidence as good

MERGE_SHA = Sha("1" * 40)
LATER = Sha("f" * 40)
"""A head that somebody pushed later."""


@dataclass(slots=True, kw_only=True)
class FakeClock:
    """Time that passes only when somebody sleeps."""

    time: datetime = datetime(2026, 11, 23, tzinfo=UTC)
    on_sleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.time

    def sleep(self, pause: timedelta) -> None:
        self.time += pause
        self.on_sleep()


@dataclass(slots=True, kw_only=True)
class FakeGitHub:
    """What GitHub knows, read by everybody and written by whom the tests let write. ``deeds`` lists the writes."""

    pull: PullRequest = good.PULL_REQUEST
    others: dict[int, PullRequest] = field(default_factory=dict)
    found: tuple[Check, ...] = good.CHECKS.found
    made: list[Review] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    statuses: list[tuple[str, str]] = field(default_factory=list)
    who: Login = good.APPROVER
    merging: MergeResult = field(default_factory=lambda: Merged(sha=MERGE_SHA))
    heads: dict[Branch, Sha] = field(default_factory=dict)
    tips: dict[Branch, Sha] = field(default_factory=lambda: {good.PULL_REQUEST.base_branch: good.BASE})
    comment: str = ""
    on_approve: Callable[[FakeGitHub], None] = lambda _: None
    on_open: Callable[[FakeGitHub], None] = lambda _: None
    on_status: Callable[[FakeGitHub], None] = lambda _: None
    on_compare: Callable[[FakeGitHub], None] = lambda _: None
    on_read: Callable[[FakeGitHub], None] = lambda _: None

    def push(self, sha: Sha) -> None:
        """Let somebody push to the pull request's branch."""
        self.pull = replace(self.pull, head_sha=sha)

    # Reader
    def pull_request(self, number: int) -> PullRequest:
        self.on_read(self)
        return self.pull if number == self.pull.number else self.others[number]

    def comparison(self, base: Sha, head: Sha) -> Comparison:
        self.on_compare(self)
        host = replace(good.HOST, sha=head)
        return replace(good.COMPARISON, commits=(host,))

    def file(self, path: str, branch: Branch) -> bytes | None:
        return None

    def tip(self, branch: Branch) -> Sha:
        return self.tips[branch]

    def reviews(self, number: int) -> tuple[Review, ...]:
        return tuple(self.made)

    def pushes(self, branch: Branch) -> tuple[Push, ...]:
        found = next(pull for pull in self._all() if pull.head_branch == branch)
        return (replace(good.PUSHED, after=found.head_sha),)

    def public_keys(self, login: Login) -> tuple[str, ...]:
        return ("key",)

    def required_checks(self, branch: Branch) -> tuple[RequiredCheck, ...]:
        return good.CHECKS.required

    def checks(self, sha: Sha) -> tuple[Check, ...]:
        return self.found

    # ApproverHub and AuthorHub
    def login(self) -> Login:
        return self.who

    def approve(self, number: int, *, sha: Sha, body: str) -> None:
        self._review(ReviewState.APPROVED, sha)
        self.on_approve(self)

    def withdraw(self, number: int, *, sha: Sha, body: str) -> None:
        self._review(ReviewState.CHANGES_REQUESTED, sha)

    def explain(self, number: int, *, marker: str, body: str) -> None:
        assert marker in body
        self.comment = body
        self.deeds.append("explained")

    def settle(self, number: int, *, marker: str, body: str) -> None:
        assert marker in body
        self.deeds.append("settled")

    def merge(self, number: int, *, sha: Sha, method: str) -> MergeResult:
        if sha != self.pull.head_sha:
            raise HeadMovedError("moved")
        self.deeds.append(f"merged by {method}")
        return self.merging

    def enable_auto_merge(self, pull_request: PullRequest, *, sha: Sha, method: str) -> MergeResult:
        self.deeds.append(f"auto-merge by {method}")
        return self.merging

    def disable_auto_merge(self, pull_request: PullRequest) -> None:
        self.deeds.append(f"no auto-merge of #{pull_request.number}")

    def open_pull_requests(self, base: Branch) -> tuple[ListedPullRequest, ...]:
        return tuple(pull for pull in self._all() if pull.is_open)

    def closed_pull_requests(self, branch: Branch, base: Branch) -> tuple[ListedPullRequest, ...]:
        return tuple(pull for pull in self._all() if not pull.is_open and pull.head_branch == branch)

    def open_pull_request(self, *, head: Branch, base: Branch, title: str, body: str) -> PullRequest:
        self.deeds.append(f"opened {head}")
        self.on_open(self)
        standing = next((pull for pull in self._all() if pull.is_open and pull.head_branch == head), None)
        if standing is not None:
            return standing
        number = max(pull.number for pull in self._all()) + 1
        head_sha = self.heads.get(head, good.HEAD)
        self.others[number] = replace(
            good.PULL_REQUEST, number=number, title=title, body=body, head_branch=head, head_sha=head_sha
        )
        return self.others[number]

    def edit(self, number: int, *, title: str, body: str) -> None:
        self.deeds.append("edited")
        self._keep(replace(self.pull_request(number), title=title, body=body))

    def set_labels(self, number: int, *, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        self.deeds.append(f"labels +{','.join(add)} -{','.join(remove)}")
        found = self.pull_request(number)
        kept = (label for label in found.labels if label not in remove)
        self._keep(replace(found, labels=(*kept, *add)))

    def close(self, number: int, *, sentence: str, body: str) -> None:
        self.deeds.append(f"closed: {sentence}")
        self._keep(replace(self.pull_request(number), is_open=False, body=body))

    def post_status(self, sha: Sha, *, name: str, is_success: bool, description: str, url: str) -> None:
        self.on_status(self)
        self.statuses.append((description, url))
        self.deeds.append(f"status {name} {is_success} on {sha[:2]}")

    def _all(self) -> tuple[PullRequest, ...]:
        return (*reversed(self.others.values()), self.pull)

    def _keep(self, pull: PullRequest) -> None:
        if pull.number == self.pull.number:
            self.pull = pull
        else:
            self.others[pull.number] = pull

    def _review(self, state: ReviewState, sha: Sha) -> None:
        self.deeds.append(f"{state} {sha[:2]}")
        self.made.append(Review(reviewer=self.who, state=state, sha=sha))


@dataclass(slots=True, kw_only=True)
class FakeRepository:
    """A repository that holds the good range of commits, under whatever name its head has."""

    heads: dict[Branch, Sha] = field(default_factory=dict)
    deeds: list[str] = field(default_factory=list)
    commits: dict[Sha, Commit] = field(default_factory=dict)
    commit_made: Commit = good.COMMIT
    tree: Sha = good.COMMIT.tree
    bases: set[Sha] = field(default_factory=lambda: {good.BASE})
    flakes: tuple[str, ...] = ("flake.nix",)
    on_push: Callable[[FakeRepository], None] = lambda _: None
    contents: dict[tuple[Sha, str], bytes] = field(default_factory=dict)
    dates: dict[Sha, datetime] = field(default_factory=dict)

    def resolve(self, revision: str) -> Sha:
        return Sha(revision)

    def commit(self, sha: Sha) -> Commit:
        return self.commits[sha]

    def commits_between(self, base: Sha, head: Sha) -> tuple[Commit, ...]:
        return (replace(self.commit_made, sha=head),)

    def merge_base(self, one: Sha, other: Sha) -> Sha:
        return good.BASE

    def changes(self, old: Sha, new: Sha) -> tuple[TreeChange, ...]:
        return good.RANGE.changes

    def entry(self, commit: Sha, path: str) -> TreeEntry | None:
        return TreeEntry(path=path, mode=REGULAR_FILE, kind="blob", sha=LATER) if path in self.flakes else None

    def files_named(self, commit: Sha, name: str) -> tuple[str, ...]:
        return (name,)

    def content(self, commit: Sha, path: str) -> bytes | None:
        found = good.OLD if commit in self.bases else good.NEW
        return self.contents.get((commit, path), found)

    def export(self, commit: Sha, folder: Path) -> None:
        raise NotImplementedError

    def record(self, folder: Path, paths: tuple[str, ...]) -> Sha:
        raise NotImplementedError

    def tree_with(self, commit: Sha, files: Mapping[str, bytes]) -> Sha:
        return self.tree

    def write_commit(self, *, tree: Sha, parent: Sha, author: Person, when: datetime, message: str, sign: Sign) -> Sha:
        sha = Sha(f"{len(self.commits) + 1:040x}")
        signed = replace(good.COMMIT, sha=sha, signature=sign(b"payload"), author=author, committer=author)
        made = replace(signed, tree=tree, parents=(parent,), message=message, payload=sha.encode())
        self.commits[sha] = made
        self.dates[sha] = when
        return sha

    def committed_at(self, sha: Sha) -> datetime:
        return self.dates[sha]

    def fetch(self, commits: tuple[Sha, ...], *, depth: int) -> None:
        self.deeds.append("fetched")

    def fetch_tip(self, branch: Branch, commits: tuple[Sha, ...], *, depth: int) -> Sha:
        return good.BASE

    def remote_heads(self, branches: tuple[Branch, ...]) -> Mapping[Branch, Sha]:
        return {branch: self.heads[branch] for branch in branches if branch in self.heads}

    def push(self, sha: Sha, branch: Branch, *, expected: Sha | None) -> None:
        self.on_push(self)
        if self.heads.get(branch) != expected:
            raise HeadMovedError(f"{branch} stands elsewhere")
        self.heads[branch] = sha
        self.deeds.append(f"pushed {branch}")

    def delete_branch(self, branch: Branch, *, expected: Sha) -> None:
        self.on_push(self)
        self.deeds.append(f"deleted {branch} at {expected[:2]}")
        self.heads.pop(branch, None)


@dataclass(slots=True, kw_only=True)
class FakeSigner:
    """A key whose signatures are one word."""

    signature: Signature = good.SIGNED
    found: Signature = good.SIGNED
    signs: dict[bytes, Signature] = field(default_factory=dict)

    def sign(self, payload: bytes) -> str:
        return "signed"

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        return self.signs.get(payload, self.found)


@contextmanager
def keyring(keys: tuple[str, ...]) -> Iterator[Verifier]:
    """Open a keyring that finds every signature good."""
    assert keys == ("key",)
    yield FakeSigner()


def sources(github: FakeGitHub) -> Sources:
    """Return where evidence comes from."""
    return Sources(reader=github, checks=github, repository=FakeRepository(), keyring=keyring, provenance=None)
