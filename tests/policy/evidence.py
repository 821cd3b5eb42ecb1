"""A pull request that passes every rule, for tests to spoil in one place at a time."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from flakebot.model import (
    Branch,
    Candidate,
    Check,
    CheckOutcome,
    CheckReport,
    CheckSource,
    CheckState,
    Commit,
    Comparison,
    Fingerprint,
    HostCommit,
    LockUpdate,
    Login,
    Person,
    PullRequest,
    Push,
    RequiredCheck,
    Sha,
    Signature,
    SignatureState,
    TreeChange,
)
from flakebot.policy.evidence import (
    ChangeEvidence,
    ChangeExpectation,
    ChecksEvidence,
    CommitEvidence,
    LockEvidence,
    LockExpectation,
    ProposalEvidence,
    ProposalExpectation,
)
from flakebot.policy.provenance.choices import choices
from tests.lock.samples import lock, moved

BASE, HEAD = Sha("b" * 40), Sha("e" * 40)
NOTHING = Sha("0" * 40)
KEY, PRIMARY = Fingerprint("A" * 40), Fingerprint("B" * 40)
BOT, APPROVER, JOB = Login("bot"), Login("checker"), Login("github-actions[bot]")
PERSON = Person(name="Bot", email="bot@example.org")
STATUS = "flakebot/flake-check"


def blob(data: bytes) -> Sha:
    return Sha(hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())


def tree_change(old: bytes | None, new: bytes | None, *, path: str = "flake.lock") -> TreeChange:
    return TreeChange(
        path=path,
        status="M" if old is not None and new is not None else "D" if new is None else "A",
        old_mode="000000" if old is None else "100644",
        new_mode="000000" if new is None else "100644",
        old_sha=NOTHING if old is None else blob(old),
        new_sha=NOTHING if new is None else blob(new),
    )


OLD, NEW = lock(), lock(moved("nixpkgs", 90))
CHANGE = tree_change(OLD, NEW)

COMMIT = Commit(
    sha=HEAD,
    tree=Sha("d" * 40),
    parents=(BASE,),
    author=PERSON,
    committer=PERSON,
    message="nixpkgs moved",
    signature="-----BEGIN PGP SIGNATURE-----",
    payload=b"tree",
)
HOST = HostCommit(sha=HEAD, author=BOT, committer=BOT, verified=True, reason="valid")
SIGNED = Signature(state=SignatureState.GOOD, fingerprint=KEY, primary=PRIMARY, identities=(PERSON,))
MADE = CommitEvidence(commit=COMMIT, changes=(CHANGE,), signature=SIGNED, host=HOST)
RANGE = ChangeEvidence(
    merge_base=BASE,
    head=HEAD,
    changes=(CHANGE,),
    commits=(MADE,),
    locks=(LockEvidence(path="flake.lock", old=OLD, new=NEW),),
)
PULL_REQUEST = PullRequest(
    number=7,
    url="https://github.com/me/flake/pull/7",
    node_id="PR_7",
    is_open=True,
    is_merged=False,
    is_draft=False,
    title="Update",
    body="",
    author=BOT,
    base_branch=Branch("main"),
    base_sha=BASE,
    head_branch=Branch("flakebot/update"),
    head_sha=HEAD,
    head_repository="me/flake",
    labels=(),
    changed_files=1,
    commits=1,
)
COMPARISON = Comparison(merge_base=BASE, total_commits=1, commits=(HOST,), files=("flake.lock",))
PROPOSAL = ProposalEvidence(
    repository="me/flake", pull_request=PULL_REQUEST, comparison=COMPARISON, change=RANGE, approver=APPROVER
)


def check(name: str, state: CheckState = CheckState.PASSED, *, app_id: int | None = None, detail: str = "") -> Check:
    return Check(name=name, source=CheckSource.CHECK_RUN, state=state, poster=Login("ci"), app_id=app_id, detail=detail)


def status(name: str, state: CheckState = CheckState.PASSED, *, poster: Login | None = JOB) -> Check:
    return Check(name=name, source=CheckSource.STATUS, state=state, poster=poster)


PUSHED = Push(pusher=BOT, before=NOTHING, after=HEAD)
CHECKS = ChecksEvidence(
    sha=HEAD,
    required=(RequiredCheck(name="build"),),
    found=(check("build"), status(STATUS)),
    pushes=(PUSHED,),
)
CHANGE_EXPECTATION = ChangeExpectation(locks=("flake.lock",), fingerprints=(KEY,), content=LockExpectation())
EXPECTATION = ProposalExpectation(
    author=BOT,
    approver=APPROVER,
    base_branch=Branch("main"),
    head_branch=Branch("flakebot/update"),
    required_checks=(RequiredCheck(name=STATUS),),
    own_status=STATUS,
    status_poster=JOB,
)


class Request(Struct, frozen=True, kw_only=True):
    """Everything that a judgement of a pull request is made of."""

    proposal: ProposalEvidence = PROPOSAL
    checks: ChecksEvidence = CHECKS
    expectation: ProposalExpectation = EXPECTATION
    change: ChangeExpectation = CHANGE_EXPECTATION


def with_change(change: ChangeEvidence) -> ProposalEvidence:
    """Return the pull request with another range of commits, of which GitHub says the same as git."""
    commits = tuple(found.host for found in change.commits if found.host is not None)
    files = tuple(found.path for found in change.changes)
    return replace(
        PROPOSAL,
        change=change,
        comparison=replace(COMPARISON, total_commits=len(commits), commits=commits, files=files),
        pull_request=replace(PULL_REQUEST, changed_files=len(files), commits=len(change.commits)),
    )


def with_commit(made: CommitEvidence) -> ProposalEvidence:
    """Return the pull request with another commit in the place of its only one."""
    return with_change(replace(RANGE, commits=(made,)))


def candidate(old: bytes | None, new: bytes) -> Candidate:
    report = CheckReport(outcome=CheckOutcome.PASSED, command=("nix",), duration=timedelta(0), log="")
    made_at = datetime(2026, 11, 23, tzinfo=UTC)
    return Candidate(
        base=BASE,
        tree=Sha("d" * 40),
        locks=(LockUpdate(path="flake.lock", old=old, new=new, choices=choices(old, new, seen_at=made_at)),),
        nix_version="2.34.8",
        made_at=made_at,
        update_log="",
        check=report,
    )
