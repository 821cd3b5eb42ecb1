"""The bot's branches: one signed commit on the base, put there only when it is not there yet.

Never overwrites a commit that this key did not sign, nor a newer proposal, and never builds a tree that the check did
not see.
"""

from __future__ import annotations

from msgspec import Struct

from flakebot.commands.flakes import lock_paths
from flakebot.errors import HeadMovedError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Branch, Candidate, Commit, Person, Sha, SignatureState, Update
from flakebot.ports import Clock, Reader, Repository, Signer
from flakebot.settings.commands import ProposeSettings
from flakebot.text.commit_message import commit_message

LOOKS = 3
"""How often to look where a branch stands: another machine may propose the same update at this moment."""


class Proposed(Struct, frozen=True, kw_only=True):
    """The candidate's commit stands on its branch; whether it was put there now."""

    sha: Sha
    is_pushed: bool


class Superseded(Struct, frozen=True, kw_only=True):
    """A newer proposal of our own stands on the branch."""

    sha: Sha


class Workshop(Struct, frozen=True, kw_only=True):
    """What a commit is built and pushed with. ``base_tip`` is where the base branch stands on GitHub."""

    repository: Repository
    signer: Signer
    reader: Reader
    clock: Clock
    base_tip: Sha


def push_proposal(
    settings: ProposeSettings, candidate: Candidate, branch: Branch, workshop: Workshop, *, standing: Sha | None
) -> Proposed | Superseded:
    """Put the candidate's commit on its branch, unless it or a newer one stands there.

    ``standing`` is the head of the open pull request, None without one: then the branch is expected not to exist. Where
    that is not so (a run was killed, another machine was faster) the branch's tip is asked for and looked at.
    """
    tip = standing
    for _ in range(LOOKS):
        found = None if tip is None else _standing(tip, branch, candidate, workshop)
        if found is not None:
            return found
        sha = _write(settings, candidate, workshop)
        try:
            workshop.repository.push(sha, branch, expected=tip)
        except HeadMovedError:
            tip = workshop.repository.remote_heads((branch,)).get(branch)
        else:
            return Proposed(sha=sha, is_pushed=True)
    raise UnavailableError(
        f"{branch} moved {LOOKS} times while this update was put there",
        advice="Another run proposes something else at this moment. Run this again when it has ended.",
    )


def _standing(tip: Sha, branch: Branch, candidate: Candidate, workshop: Workshop) -> Proposed | Superseded | None:
    """Return what stands there already; None when it is our own and may be replaced."""
    workshop.repository.fetch((tip,), depth=1)
    standing = workshop.repository.commit(tip)
    if not is_own(standing, workshop.signer):
        raise RefusedError(
            f"{branch} ends in {tip[:7]} by {standing.committer}, which the bot's key did not sign",
            advice=f"Look at it; delete the branch {branch} to let flakebot start over.",
        )
    wanted = (candidate.tree, (candidate.base,), commit_message(candidate))
    if (standing.tree, standing.parents, standing.message) == wanted:
        return Proposed(sha=tip, is_pushed=False)
    return Superseded(sha=tip) if _is_newer(standing, candidate, workshop) else None


def _is_newer(standing: Commit, candidate: Candidate, workshop: Workshop) -> bool:
    """Whether a commit of our own was made later on the same base, or on a later one."""
    base = candidate.base
    if standing.parents == (base,):
        return workshop.repository.committed_at(standing.sha) > candidate.made_at.replace(microsecond=0)
    if base == workshop.base_tip or len(standing.parents) != 1:
        return False
    return workshop.reader.comparison(base, standing.parents[0]).merge_base == base


def is_own(commit: Commit, signer: Signer) -> bool:
    """Whether this very key signed a commit: only then may it be replaced, or its branch deleted."""
    return signer.verify(commit.payload, commit.signature).state is SignatureState.GOOD


def _write(settings: ProposeSettings, candidate: Candidate, workshop: Workshop) -> Sha:
    """Write the commit, dated when its update was made, so that two machines write the same; never in the future."""
    return workshop.repository.write_commit(
        tree=candidate.tree,
        parent=candidate.base,
        author=_committer(settings, workshop.signer),
        when=min(candidate.made_at, workshop.clock.now()),
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


def require_checked_tree(candidate: Candidate, repository: Repository) -> None:
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
