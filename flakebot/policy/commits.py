"""Rules about the commits of a change: one line from the base, by one person, signed by a pinned key. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.wording import shown
from flakebot.model import SignatureState
from flakebot.policy.cases import ChangeCase
from flakebot.policy.evidence import CommitEvidence
from flakebot.policy.rule import Objection, Rule, refuse

_AGAIN = "Close the pull request, delete the branch and let flakebot propose again."


def _none(case: ChangeCase) -> Iterator[Objection]:
    if not case.evidence.commits:
        yield refuse("there is no commit between the merge base and the head", "Close it: there is nothing to merge.")


def _line(case: ChangeCase) -> Iterator[Objection]:
    expected = case.evidence.merge_base
    for found in case.evidence.commits:
        if found.commit.parents != (expected,):
            parents = ", ".join(parent[:7] for parent in found.commit.parents) or "none"
            said = f"commit {found.commit.sha[:7]} has the parents {parents}, expected {expected[:7]} alone"
            yield refuse(said, "Rebase onto the base branch; a merge would bring in what nobody judged.")
        expected = found.commit.sha
    if case.evidence.commits and expected != case.evidence.head:
        said = f"the commits end at {expected[:7]}, expected the head, {case.evidence.head[:7]}"
        yield refuse(said, "Judge again from the start; something changed in between.")


def _signature(case: ChangeCase) -> Iterator[Objection]:
    for found in case.evidence.commits:
        if found.signature.state is not SignatureState.GOOD:
            yield refuse(_unlike_good(found), _AGAIN)


def _unlike_good(found: CommitEvidence) -> str:
    commit, state = f"commit {found.commit.sha[:7]}", found.signature.state
    if state is SignatureState.UNSIGNED:
        return f"{commit} is unsigned, expected a good signature"
    return f"the signature of {commit} is {state}, expected a good one"


def _key(case: ChangeCase) -> Iterator[Objection]:
    for found in case.evidence.commits:
        keys = {found.signature.fingerprint, found.signature.primary} - {None}
        if not keys & set(case.expectation.fingerprints):
            expected = ", ".join(case.expectation.fingerprints) or "one that is pinned, but none is"
            said = f"commit {found.commit.sha[:7]} is signed by {found.signature.fingerprint or 'no key'}"
            yield refuse(
                f"{said}, expected {expected}", "Pin the bot's key with gpg-fingerprint, if this is its new one."
            )


def _person(case: ChangeCase) -> Iterator[Objection]:
    for found in case.evidence.commits:
        commit = found.commit
        if commit.author != commit.committer:
            said = f"commit {commit.sha[:7]} is by {shown(commit.author)} and committed by {shown(commit.committer)}"
            yield refuse(f"{said}, expected one and the same", _AGAIN)
        if not _is_identity(found):
            said = f"{shown(commit.committer.email)}, who committed {commit.sha[:7]}, is no identity of the signing key"
            yield refuse(said, "Commit with an e-mail address of the key, or add the address to the key.")


def _is_identity(found: CommitEvidence) -> bool:
    return any(person.email == found.commit.committer.email for person in found.signature.identities)


def _verified(case: ChangeCase) -> Iterator[Objection]:
    for found in case.evidence.commits:
        if found.host is not None and not (found.host.verified and found.host.sha == found.commit.sha):
            said = f"GitHub does not call commit {found.commit.sha[:7]} verified: {shown(found.host.reason)}"
            yield refuse(said, "Upload the bot's public key to its account, and verify the committer's e-mail there.")


COMMITS = (
    Rule(
        name="commits-none",
        purpose="There is at least one commit to judge.",
        objections=_none,
    ),
    Rule(
        name="commits-line",
        purpose="The commits are one line from the merge base to the head, without merges.",
        objections=_line,
    ),
    Rule(
        name="commits-signature",
        purpose="Every commit has a good signature, by our own verification.",
        objections=_signature,
    ),
    Rule(
        name="commits-key",
        purpose="Every commit is signed by a pinned key, and at least one key is pinned.",
        objections=_key,
    ),
    Rule(
        name="commits-person",
        purpose="Author and committer of every commit are one person, and an identity of the signing key.",
        objections=_person,
    ),
    Rule(
        name="commits-verified",
        purpose="GitHub, where it was asked, calls every commit verified too.",
        objections=_verified,
    ),
)
