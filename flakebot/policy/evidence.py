"""What a judgement is made of: what was found, and what the configuration expects. No I/O, no defaults that pass."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from flakebot.model import (
    Branch,
    Check,
    Choice,
    Commit,
    Comparison,
    Fingerprint,
    HostCommit,
    Login,
    PullRequest,
    Push,
    RequiredCheck,
    Sha,
    Signature,
    TreeChange,
)
from flakebot.model.provenance import Facts


class LockExpectation(Struct, frozen=True, kw_only=True):
    """What the configuration says about the content of a lock.

    ``hold``, ``allow_downgrade`` and the first halves of ``min_age``, of which the last that fits counts, are globs
    over input paths; ``allow_hosts`` are globs over hosts, ``allow_owners`` over ``host/owner``. Empty, all is allowed.
    """

    hold: tuple[str, ...] = ()
    allow_downgrade: tuple[str, ...] = ()
    min_age: tuple[tuple[str, timedelta], ...] = ()
    allow_hosts: tuple[str, ...] = ()
    allow_owners: tuple[str, ...] = ()


class ChangeExpectation(Struct, frozen=True, kw_only=True):
    """What the configuration says about a range of commits. ``locks`` are the only paths that may change.

    ``fingerprints`` pins the keys (primary or signing) that may sign; empty pins none, which refuses
    wherever signatures are judged.
    """

    locks: tuple[str, ...]
    fingerprints: tuple[Fingerprint, ...]
    content: LockExpectation


class ProposalExpectation(Struct, frozen=True, kw_only=True):
    """What the configuration says about a pull request and its checks.

    ``head_branch`` is the bot's own branch; what begins with it and a hyphen is the bot's as well.
    ``own_status`` is flakebot's own commit status, which counts only from ``status_poster``.
    """

    author: Login
    approver: Login
    base_branch: Branch
    head_branch: Branch
    required_checks: tuple[RequiredCheck, ...]
    own_status: str
    status_poster: Login


class CommitEvidence(Struct, frozen=True, kw_only=True):
    """One commit of the range: its raw changes against its first parent, and what both verifications said.

    ``host`` is None where there is no host to ask, as in a local range.
    """

    commit: Commit
    changes: tuple[TreeChange, ...]
    signature: Signature
    host: HostCommit | None


class LockEvidence(Struct, frozen=True, kw_only=True):
    """The bytes of one lock at both ends of the range; None where the file is absent.

    ``flake`` are those of the flake.nix beside it at the merge base, None where nobody read it; ``new_flake`` those at
    the head, None where it may not change or did not. ``choices`` is what an update that was made here took, None for
    any other.
    """

    path: str
    old: bytes | None
    new: bytes | None
    flake: bytes | None = None
    choices: tuple[Choice, ...] | None = None
    new_flake: bytes | None = None

    @property
    def own_flake(self) -> bytes | None:
        """The flake.nix that the new lock belongs to."""
        return self.flake if self.new_flake is None else self.new_flake


class ChangeEvidence(Struct, frozen=True, kw_only=True):
    """A range of commits from the merge base (not included) to the head, oldest commit first.

    ``facts`` is what was found out about where the locks' content comes from, None where nobody asked.
    """

    merge_base: Sha
    head: Sha
    changes: tuple[TreeChange, ...]
    commits: tuple[CommitEvidence, ...]
    locks: tuple[LockEvidence, ...]
    facts: Facts | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the locks that were read."""
        return tuple(lock.path for lock in self.locks)


class ProposalEvidence(Struct, frozen=True, kw_only=True):
    """A pull request with what it changes. ``approver`` is the account behind the token that will approve."""

    repository: str
    pull_request: PullRequest
    comparison: Comparison
    change: ChangeEvidence
    approver: Login


class ChecksEvidence(Struct, frozen=True, kw_only=True):
    """The checks that the base branch's rules require, and the latest results on exactly this commit.

    ``pushes`` is how the pull request's branch came to be there, the latest move first.
    """

    sha: Sha
    required: tuple[RequiredCheck, ...]
    found: tuple[Check, ...]
    pushes: tuple[Push, ...]
