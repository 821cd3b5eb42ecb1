"""The bot's branch: one signed commit on the base, put there only when it is not there yet.

Never overwrites a commit that this key did not sign, and never builds a tree that the check did not see.
"""

from __future__ import annotations

from dataclasses import dataclass

from flakebot.errors import MisuseError, RefusedError
from flakebot.model import Candidate, Commit, Fingerprint, Person, Sha, SignatureState
from flakebot.ports import Clock, Reader, Repository, Signer
from flakebot.settings.commands import ProposeSettings
from flakebot.text.commit_message import commit_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The commit that stands on the bot's branch, the key that signed it, and whether it was put there now."""

    sha: Sha
    fingerprint: Fingerprint | None
    is_pushed: bool


def push_proposal(
    settings: ProposeSettings,
    candidate: Candidate,
    repository: Repository,
    signer: Signer,
    reader: Reader,
    clock: Clock,
) -> Proposed:
    """Put the candidate's commit on the bot's branch, and say which commit it is.

    The base commit is here already: the configuration was read from it.
    """
    heads = repository.remote_heads((settings.base_branch, settings.branch))
    base_tip, tip = heads.get(settings.base_branch), heads.get(settings.branch)
    _require_on_base(candidate, base_tip, settings, reader)
    if tip is not None:
        repository.fetch((tip,), depth=1)
    tree = _checked_tree(candidate, repository)

    message = commit_message(candidate)
    standing = _own(repository.commit(tip), signer, settings) if tip is not None else None
    if standing is not None and (standing.tree, standing.parents, standing.message) == (
        tree,
        (candidate.base,),
        message,
    ):
        return Proposed(sha=standing.sha, fingerprint=signer.signature.fingerprint, is_pushed=False)
    sha = repository.write_commit(
        tree=tree,
        parent=candidate.base,
        author=_committer(settings, signer),
        when=clock.now(),
        message=message,
        sign=signer.sign,
    )
    repository.push(sha, settings.branch, expected=tip)
    return Proposed(sha=sha, fingerprint=signer.signature.fingerprint, is_pushed=True)


def _require_on_base(candidate: Candidate, tip: Sha | None, settings: ProposeSettings, reader: Reader) -> None:
    if tip is None:
        raise MisuseError(
            f"the repository has no branch {settings.base_branch}",
            advice="Set `base-branch` to the branch that updates are merged into.",
        )
    if candidate.base != tip and reader.comparison(candidate.base, tip).merge_base != candidate.base:
        raise RefusedError(
            f"the candidate was made from {candidate.base[:7]}, which is not on {settings.base_branch}",
            advice=f"Run `flakebot update` on {settings.base_branch} and propose that.",
        )


def _checked_tree(candidate: Candidate, repository: Repository) -> Sha:
    """Build the tree from the base commit and the lock's bytes, and prove that it is the one that was checked."""
    if repository.content(candidate.base, candidate.path) != candidate.old_lock:
        raise RefusedError(
            f"the candidate's old lock is not {candidate.path} of {candidate.base[:7]}",
            advice="The candidate was changed after it was made; run `flakebot update` again.",
        )
    tree = repository.tree_with(candidate.base, candidate.path, candidate.lock)
    if tree != candidate.tree:
        raise RefusedError(
            f"the check ran on tree {candidate.tree[:7]}, but this commit would have tree {tree[:7]}",
            advice="The candidate was changed after it was checked; run `flakebot update` again.",
        )
    return tree


def _own(commit: Commit, signer: Signer, settings: ProposeSettings) -> Commit:
    """Return the commit when this very key signed it: only then may it be replaced."""
    if signer.verify(commit.payload, commit.signature).state is SignatureState.GOOD:
        return commit
    raise RefusedError(
        f"{settings.branch} ends in {commit.sha[:7]} by {commit.committer}, which the bot's key did not sign",
        advice=f"Look at it; delete the branch {settings.branch} to let flakebot start over.",
    )


def _committer(settings: ProposeSettings, signer: Signer) -> Person:
    """Choose the identity: GitHub verifies only when the committer's e-mail is one of the key's identities."""
    identities = signer.signature.identities
    if not identities:
        raise MisuseError("the signing key has no valid identity", advice="Add a user id with the bot's e-mail to it.")
    email = settings.commit_email or identities[0].email
    if email not in {identity.email for identity in identities}:
        raise MisuseError(
            f"the signing key has no identity with the e-mail {email}",
            advice="GitHub would not verify the commit. Use an e-mail of the key, or add this one to the key.",
        )
    return Person(name=settings.commit_name or identities[0].name, email=email)
