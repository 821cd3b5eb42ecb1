"""A real repository with a real signed update in it, and the keys with which more can be pushed.

git and gpg tell what a commit is, as they do in earnest; what GitHub says of it is derived from that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.repository import GitRepository
from flakebot.adapters.gpg import open_keyring
from flakebot.commands.gather import gather_change
from flakebot.model import (
    Branch,
    Check,
    CheckSource,
    CheckState,
    Comparison,
    Fingerprint,
    HostCommit,
    Login,
    PullRequest,
    RequiredCheck,
    Sha,
    SignatureState,
)
from flakebot.policy.evidence import (
    ChangeEvidence,
    ChangeExpectation,
    ChecksEvidence,
    CommitEvidence,
    LockExpectation,
    ProposalEvidence,
    ProposalExpectation,
)
from flakebot.rehearsal.github.git.commits import Sign, Stamp
from flakebot.rehearsal.github.git.merges import write_commit
from flakebot.rehearsal.github.git.seeding import Content, Draft, write_draft
from flakebot.rehearsal.github.git.store import Store
from tests.adapters.keys import Maker
from tests.attacks.locks import stored
from tests.attacks.situation import Situation

AUTHOR, APPROVER, MALLORY, JOB = map(Login, ("update-bot", "approve-bot", "mallory", "github-actions[bot]"))
REPOSITORY, LOCK, OWN_STATUS = "homelab/config", "flake.lock", "flakebot/flake-check"
HONEST_LOCK = stored("nix-2.8", "parents")
_BASE: dict[str, Content] = {
    LOCK: stored("nix-2.8", "old"),
    "flake.nix": "{ }\n",
    "README.md": "# The machines\n",
    ".github/CODEOWNERS": "/flake.lock @approve-bot\n",
}
_KEY_MADE = "20250101T000000"
_RECORDED = {SignatureState.GOOD, SignatureState.EXPIRED_KEY, SignatureState.REVOKED_KEY, SignatureState.EXPIRED}
"""GitHub checks a signature once, at the push, and its record stays when the key expires or is revoked
(https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification)."""


def person(login: str, *, name: str | None = None) -> Stamp:
    """Return how somebody signs a commit."""
    return Stamp(name=name or login, email=f"{login}@example.org", when=datetime(2026, 3, 1, tzinfo=UTC))


BOT = person(AUTHOR)


class Workbench(Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """The repository, and everybody's keys. ``key`` is the bot's."""

    store: Store
    maker: Maker
    key: str

    @cached_property
    def root(self) -> Sha:
        """The base branch's first commit."""
        return self.commit(_BASE | {LOCK: stored("nix-2.34", "old")}, onto=None, author=person("homelab"), sign=None)

    @cached_property
    def base(self) -> Sha:
        """The tip of the base branch."""
        return self.commit(_BASE, onto=self.root, author=person("homelab"), sign=None)

    @cached_property
    def honest(self) -> Situation:
        """The update as the bot proposes it: one signed commit, checked and green."""
        return self.situation(self.update(sign=self.bot))

    @property
    def bot(self) -> Sign:
        """How the bot signs."""
        return self.signing(self.key)

    def signing(self, key: str, *options: str, at: str | None = None) -> Sign:
        """Return how to sign with a key, perhaps at another time than now."""
        return lambda payload: self.maker.signature(key, payload, *options, at=at)

    def update(self, *, sign: Sign | None, onto: Sha | None = None) -> Sha:
        """Commit the update as the bot does."""
        return self.commit({LOCK: HONEST_LOCK}, onto=onto or self.base, sign=sign)

    def commit(
        self,
        files: Mapping[str, Content],
        *,
        onto: Sha | None,
        sign: Sign | None,
        also_onto: tuple[Sha, ...] = (),
        author: Stamp = BOT,
        committer: Stamp | None = None,
    ) -> Sha:
        """Write a commit with these files changed; None removes one."""
        draft = Draft(files=files, message="flake.lock: update", author=author, parent=onto)
        return write_commit(
            self.store,
            tree=self.store.commit(write_draft(self.store, draft)).tree,
            parents=(() if onto is None else (onto,)) + also_onto,
            author=author,
            committer=committer or author,
            message="flake.lock: update",
            sign=sign,
        )

    def situation(
        self, head: Sha, *, base: Sha | None = None, keys: tuple[str, ...] = (), pinned: tuple[str, ...] = ()
    ) -> Situation:
        """Return the pull request whose head this is. ``keys`` are registered with the bot's account too."""
        repository = GitRepository(GitCommands(self.store.folder), objects=self.store.folder / "objects")
        fork = repository.merge_base(base or self.base, head)
        with open_keyring(tuple(self.maker.public(key) for key in (self.key, *keys))) as verifier:
            change = gather_change(repository, verifier, base=fork, head=head, directories=(".",))
        told = replace(change, commits=tuple(replace(found, host=told_by_github(found)) for found in change.commits))
        fingerprints = tuple(map(Fingerprint, (self.key, *pinned)))
        return _situation(told, fingerprints).with_change(told)


def told_by_github(found: CommitEvidence) -> HostCommit:
    """Return what GitHub says of a commit: whose e-mail addresses these are, and what it recorded at the push."""
    is_verified = found.signature.state in _RECORDED
    author, committer = (_login(side.email) for side in (found.commit.author, found.commit.committer))
    reason = "valid" if is_verified else "unsigned" if found.commit.signature is None else "unknown_key"
    return HostCommit(sha=found.commit.sha, author=author, committer=committer, verified=is_verified, reason=reason)


def _login(email: str) -> Login | None:
    name, _, host = email.partition("@")
    return Login(name) if host == "example.org" else None


def _situation(change: ChangeEvidence, fingerprints: tuple[Fingerprint, ...]) -> Situation:
    build = Check(name="build", source=CheckSource.CHECK_RUN, state=CheckState.PASSED, poster=JOB)
    own = Check(name=OWN_STATUS, source=CheckSource.STATUS, state=CheckState.PASSED, poster=JOB)
    pull_request = PullRequest(
        number=1,
        url=f"https://github.com/{REPOSITORY}/pull/1",
        node_id="PR_1",
        is_open=True,
        is_merged=False,
        is_draft=False,
        title="flake.lock: update",
        body="",
        author=AUTHOR,
        base_branch=Branch("main"),
        base_sha=change.merge_base,
        head_branch=Branch("flakebot/update"),
        head_sha=change.head,
        head_repository=REPOSITORY,
        labels=(),
        changed_files=1,
        commits=1,
    )
    comparison = Comparison(merge_base=change.merge_base, total_commits=1, commits=(), files=())
    return Situation(
        proposal=ProposalEvidence(
            repository=REPOSITORY, pull_request=pull_request, comparison=comparison, change=change, approver=APPROVER
        ),
        checks=ChecksEvidence(sha=change.head, required=(RequiredCheck(name="build"),), found=(build, own), pushes=()),
        expectation=ProposalExpectation(
            author=AUTHOR,
            approver=APPROVER,
            base_branch=Branch("main"),
            head_branch=Branch("flakebot/update"),
            required_checks=(RequiredCheck(name=OWN_STATUS),),
            own_status=OWN_STATUS,
            status_poster=JOB,
        ),
        change=ChangeExpectation(locks=(LOCK,), fingerprints=fingerprints, content=LockExpectation()),
    )


@contextmanager
def open_workbench() -> Iterator[Workbench]:
    """Open a workbench; everything that was made on it is gone at the end."""
    maker = Maker()
    try:
        with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
            store = Store.create(Path(folder) / "config.git", "main", Path(folder) / "hooks")
            yield Workbench(store=store, maker=maker, key=maker.new_key(AUTHOR, at=_KEY_MADE))
    finally:
        maker.close()
