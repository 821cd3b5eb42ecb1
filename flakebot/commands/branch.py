"""The bot's branch: one signed commit on the base, put there only when it is not there yet.

Never overwrites a commit that this key did not sign, and never builds a tree that the check did not see.
"""

from __future__ import annotations

from dataclasses import dataclass

from flakebot.commands.flakes import lock_paths
from flakebot.errors import HeadMovedError, MisuseError, RefusedError
from flakebot.model import Candidate, Commit, Fingerprint, Person, Sha, SignatureState, Update
from flakebot.ports import Clock, Reader, Repository, Signer
from flakebot.settings.commands import ProposeSettings
from flakebot.text.commit_message import commit_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The commit that stands on the bot's branch, the key that signed it, and whether it was put there now."""

    sha: Sha
    fingerprint: Fingerprint | None
    is_pushed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a commit is built and pushed with. ``base_tip`` is where the base branch stands on GitHub."""

    repository: Repository
    signer: Signer
    reader: Reader
    clock: Clock
    base_tip: Sha


def push_proposal(
    settings: ProposeSettings, candidate: Candidate, workshop: Workshop, *, standing: Sha | None
) -> Proposed:
    """Put the candidate's commit on the bot's branch, and say which commit it is.

    ``standing`` is the head of the open pull request, None without one: then the branch is expected not to exist,
    and only when it does (a run was killed before it opened the pull request) is it asked for and looked at.
    """
    tree = _checked_tree(candidate, workshop.repository)
    if standing is not None:
        return _replace(standing, tree, settings, candidate, workshop)
    sha = _write(tree, settings, candidate, workshop)
    try:
        workshop.repository.push(sha, settings.branch, expected=None)
    except HeadMovedError:
        tip = workshop.repository.remote_heads((settings.branch,)).get(settings.branch)
        if tip is None:
            raise
        return _replace(tip, tree, settings, candidate, workshop)
    return Proposed(sha=sha, fingerprint=workshop.signer.signature.fingerprint, is_pushed=True)


def _replace(tip: Sha, tree: Sha, settings: ProposeSettings, candidate: Candidate, workshop: Workshop) -> Proposed:
    """Replace the branch's tip, which must be our own, unless it is this very proposal."""
    workshop.repository.fetch((tip,), depth=1)
    standing = _own(workshop.repository.commit(tip), workshop.signer, settings)
    fingerprint = workshop.signer.signature.fingerprint
    wanted = (tree, (candidate.base,), commit_message(candidate))
    if (standing.tree, standing.parents, standing.message) == wanted:
        return Proposed(sha=standing.sha, fingerprint=fingerprint, is_pushed=False)
    sha = _write(tree, settings, candidate, workshop)
    workshop.repository.push(sha, settings.branch, expected=tip)
    return Proposed(sha=sha, fingerprint=fingerprint, is_pushed=True)


def _write(tree: Sha, settings: ProposeSettings, candidate: Candidate, workshop: Workshop) -> Sha:
    return workshop.repository.write_commit(
        tree=tree,
        parent=candidate.base,
        author=_committer(settings, workshop.signer),
        when=workshop.clock.now(),
        message=commit_message(candidate),
        sign=workshop.signer.sign,
    )


def require_on_base(update: Update, settings: ProposeSettings, workshop: Workshop) -> None:
    """Raise `RefusedError` unless the update is of these flakes and was made from a commit of the base branch."""
    expected = lock_paths(workshop.repository, update.base, settings.directory)
    for path in update.paths:
        if path not in expected:
            raise RefusedError(
                f"the candidate is of {path}, expected {' or '.join(expected)}",
                advice="Make it with the same `directory` that it is proposed with.",
            )
    tip = workshop.base_tip
    if update.base != tip and workshop.reader.comparison(update.base, tip).merge_base != update.base:
        raise RefusedError(
            f"the candidate was made from {update.base[:7]}, which is not on {settings.base_branch}",
            advice=f"Run `flakebot update` on {settings.base_branch} and propose that.",
        )


def _checked_tree(candidate: Candidate, repository: Repository) -> Sha:
    """Build the tree from the base commit and the locks' bytes, and prove that it is the one that was checked."""
    for lock in candidate.locks:
        if repository.content(candidate.base, lock.path) != lock.old:
            raise RefusedError(
                f"the candidate's old lock is not {lock.path} of {candidate.base[:7]}",
                advice="The candidate was changed after it was made; run `flakebot update` again.",
            )
    tree = repository.tree_with(candidate.base, {lock.path: lock.new for lock in candidate.locks})
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
