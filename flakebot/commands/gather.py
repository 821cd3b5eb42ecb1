"""Read a pull request, everything about it, again from GitHub and from a fetch of our own. Judges nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from msgspec import Struct
from msgspec.structs import replace

from flakebot.commands.flakes import flake_of, lock_paths
from flakebot.model import Comparison, Login, PullRequest, Sha, TreeChange
from flakebot.policy.evidence import ChangeEvidence, ChecksEvidence, CommitEvidence, LockEvidence, ProposalEvidence
from flakebot.ports import Provenance, Reader, Repository, Verifier

_PLAIN = "100"
"""What the mode of a plain file begins with, and that of no symlink and no submodule."""

Keyring = Callable[[tuple[str, ...]], AbstractContextManager[Verifier]]
"""Opens a keyring that holds exactly these armoured public keys."""


class Sources(Struct, frozen=True, kw_only=True):
    """Where evidence comes from. ``checks`` reads with the job's token: fine-grained tokens see no check runs.

    ``provenance`` is None where nobody is to be asked about the content of a lock.
    """

    reader: Reader
    checks: Reader
    repository: Repository
    keyring: Keyring
    provenance: Provenance | None


def gather_proposal(
    sources: Sources, *, number: int, name: str, author: Login, approver: Login, directories: tuple[str, ...]
) -> ProposalEvidence:
    """Return what is true of the pull request at its present head, with the locks of these folders."""
    pull_request = sources.reader.pull_request(number)
    comparison = fetch_head(sources, pull_request)
    hosts = {commit.sha: commit for commit in comparison.commits}
    with sources.keyring(sources.reader.public_keys(author)) as verifier:
        change = gather_change(
            sources.repository,
            verifier,
            base=comparison.merge_base,
            head=pull_request.head_sha,
            directories=directories,
        )
    commits = tuple(
        CommitEvidence(
            commit=found.commit, changes=found.changes, signature=found.signature, host=hosts.get(found.commit.sha)
        )
        for found in change.commits
    )
    return ProposalEvidence(
        repository=name,
        pull_request=pull_request,
        comparison=comparison,
        change=ChangeEvidence(
            merge_base=change.merge_base,
            head=change.head,
            changes=change.changes,
            commits=commits,
            locks=change.locks,
        ),
        approver=approver,
    )


def fetch_head(sources: Sources, pull_request: PullRequest) -> Comparison:
    """Bring the pull request's commits here, and compare its head with where the base branch stands by its full name.

    The base that a pull request carries is where the branch stood once, and a short name could be a tag's as well.
    """
    head, depth = pull_request.head_sha, pull_request.commits + 1
    tip = sources.repository.fetch_tip(pull_request.base_branch, (head,), depth=depth)
    comparison = sources.reader.comparison(tip, head)
    if comparison.total_commits >= depth:
        sources.repository.fetch((head,), depth=comparison.total_commits + 1)
    return comparison


def gather_change(
    repository: Repository, verifier: Verifier, *, base: Sha, head: Sha, directories: tuple[str, ...]
) -> ChangeEvidence:
    """Return what the commits from the merge base to the head did, from git's objects alone.

    Which locks are meant is read from the merge base, where a folder without a flake has none: no change can add one.
    """
    locks = (path for path in lock_paths(repository, base, directories) if repository.entry(base, flake_of(path)))
    commits = repository.commits_between(base, head)
    return ChangeEvidence(
        merge_base=base,
        head=head,
        changes=repository.changes(base, head),
        commits=tuple(
            CommitEvidence(
                commit=commit,
                changes=repository.changes(commit.parents[0], commit.sha) if commit.parents else (),
                signature=verifier.verify(commit.payload, commit.signature),
                host=None,
            )
            for commit in commits
        ),
        locks=tuple(_lock(repository, base, head, path) for path in locks),
    )


def gather_locks(repository: Repository, *, base: Sha, head: Sha, directories: tuple[str, ...]) -> ChangeEvidence:
    """Return what the way from the merge base to the head made of the locks, and nothing else of it.

    Which locks are meant is read from both ends: a person may add a flake, and its first lock is one that changed.
    """
    ends = (lock_paths(repository, commit, directories) for commit in (base, head))
    paths = tuple(dict.fromkeys(path for end in ends for path in end))
    changes = tuple(change for change in repository.changes(base, head) if change.path in paths)
    return ChangeEvidence(
        merge_base=base,
        head=head,
        changes=changes,
        commits=(),
        locks=tuple(
            replace(_lock(repository, base, head, change.path), new_flake=_new_flake(repository, base, head, change))
            for change in changes
        ),
    )


def _new_flake(repository: Repository, base: Sha, head: Sha, lock: TreeChange) -> bytes | None:
    """Return the head's flake.nix, nothing where it did not change, and no text where it is not a plain file there."""
    path = flake_of(lock.path)
    old, new = (repository.entry(commit, path) for commit in (base, head))
    if new is None or not new.mode.startswith(_PLAIN):
        return b""
    return None if old == new else repository.content(head, path)


def _lock(repository: Repository, base: Sha, head: Sha, path: str) -> LockEvidence:
    return LockEvidence(
        path=path,
        old=repository.content(base, path),
        new=repository.content(head, path),
        flake=repository.content(base, flake_of(path)),
    )


def gather_checks(sources: Sources, pull_request: PullRequest, sha: Sha) -> ChecksEvidence:
    """Return what changes while one waits: what is required of the commit, the results on it, and who pushed it."""
    return ChecksEvidence(
        sha=sha,
        required=sources.reader.required_checks(pull_request.base_branch),
        found=sources.checks.checks(sha),
        pushes=sources.reader.pushes(pull_request.head_branch),
    )
