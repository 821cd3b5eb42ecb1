"""Attacks on the commits: who made them, who signed them, with what, and what they stand on."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from flakebot.rehearsal.github.git.commits import Stamp
from tests.attacks.attack import Attack, in_evidence, in_git
from tests.attacks.locks import stored
from tests.attacks.proof import UNTOLD, lenience
from tests.attacks.situation import Situation
from tests.attacks.workbench import AUTHOR, BOT, HONEST_LOCK, LOCK, MALLORY, Workbench, person

_LATER = {LOCK: stored("nix-2.8", "leaves")}
"""Another honest lock, for a second commit."""

_THEN, _LONG_AGO = "20260101T000000", "20200115T000000"


def _unsigned(bench: Workbench) -> Situation:
    return bench.situation(bench.update(sign=None))


def _unsigned_on_top(bench: Workbench) -> Situation:
    """Push what whoever holds the author's token alone can push."""
    return bench.situation(bench.commit(_LATER, onto=bench.update(sign=bench.bot), sign=None))


def _unsigned_below(bench: Workbench) -> Situation:
    below = bench.commit(_LATER, onto=bench.base, sign=None)
    return bench.situation(bench.update(onto=below, sign=bench.bot))


def _transplanted(bench: Workbench) -> Situation:
    """Take the bot's own signature from one commit to another."""
    signature = bench.store.commit(bench.update(sign=bench.bot)).signature or ""
    return bench.situation(bench.commit(_LATER, onto=bench.base, sign=lambda _: signature))


def _signed_twice(bench: Workbench) -> Situation:
    """Put another signature behind the bot's: one reader may look at the first, another at the last."""
    foreign = bench.signing(bench.maker.new_key("second"))
    head = bench.update(sign=lambda payload: bench.bot(payload) + "\n" + foreign(payload))
    return bench.situation(head)


def _weakly_signed(bench: Workbench) -> Situation:
    """Sign by a hash for which others can find the same sum."""
    weak = bench.signing(bench.key, "--digest-algo", "SHA1", "--allow-weak-digest-algos")
    return bench.situation(bench.update(sign=weak))


def _text_signed(bench: Workbench) -> Situation:
    """Sign in text mode, which lets line ends differ."""
    return bench.situation(bench.update(sign=bench.signing(bench.key, "--textmode")))


def _signature_expired(bench: Workbench) -> Situation:
    return bench.situation(bench.update(sign=bench.signing(bench.key, "--default-sig-expire", "1d", at=_THEN)))


def _key_expired(bench: Workbench) -> Situation:
    key = bench.maker.new_key("expired", expiry="2020-02-01", at="20200101T000000")
    head = bench.commit(_LATER, onto=bench.base, author=person("expired"), sign=bench.signing(key, at=_LONG_AGO))
    return bench.situation(head, keys=(key,), pinned=(key,))


def _key_revoked(bench: Workbench) -> Situation:
    key = bench.maker.new_key("revoked")
    head = bench.commit(_LATER, onto=bench.base, author=person("revoked"), sign=bench.signing(key))
    bench.maker.revoke(key)
    return bench.situation(head, keys=(key,), pinned=(key,))


def _strangers_key(bench: Workbench) -> Situation:
    return bench.situation(bench.update(sign=bench.signing(bench.maker.new_key("stranger"))))


def _registered_key(bench: Workbench) -> Situation:
    """Add a key of one's own to the bot's account, with the bot's name in it: GitHub calls the commit verified."""
    key = bench.maker.new_key("registered")
    bench.maker.gpg("--quick-add-uid", key, f"{AUTHOR} <{BOT.email}>")
    return bench.situation(bench.update(sign=bench.signing(key)), keys=(key,))


def _unpinned_below(bench: Workbench) -> Situation:
    """Put a commit by a registered, unpinned key below one by the bot's."""
    key = bench.maker.new_key("below")
    bench.maker.gpg("--quick-add-uid", key, f"{AUTHOR} <{BOT.email}>")
    below = bench.commit(_LATER, onto=bench.base, sign=bench.signing(key))
    return bench.situation(bench.update(onto=below, sign=bench.bot), keys=(key,))


def _written_by(author: Stamp, committer: Stamp | None = None) -> Callable[[Workbench], Situation]:
    """Commit the update with the bot's key and in somebody's name."""

    def make(bench: Workbench) -> Situation:
        files = {LOCK: HONEST_LOCK}
        return bench.situation(bench.commit(files, onto=bench.base, author=author, committer=committer, sign=bench.bot))

    return make


def _base_merged(bench: Workbench) -> Situation:
    """Merge the base branch, which has moved on, into the bot's, as GitHub's button does."""
    files = {"README.md": "# More machines\n"}
    moved = bench.commit(files, onto=bench.base, author=person("homelab"), sign=None)
    head = bench.commit(files, onto=bench.update(sign=bench.bot), also_onto=(moved,), sign=bench.bot)
    return bench.situation(head, base=moved)


def _foreign_merged(bench: Workbench) -> Situation:
    """Merge a branch of which nothing shows in the files."""
    foreign = bench.commit({"x": "x"}, onto=bench.base, author=person(MALLORY), sign=None)
    head = bench.commit({LOCK: HONEST_LOCK}, onto=bench.base, also_onto=(foreign,), sign=bench.bot)
    return bench.situation(head)


def _grafted(bench: Workbench) -> Situation:
    """Name a second parent that the base has already, so that no other commit comes with it."""
    return bench.situation(bench.commit({LOCK: HONEST_LOCK}, onto=bench.base, also_onto=(bench.root,), sign=bench.bot))


def _further_head(situation: Situation) -> Situation:
    """Let the list of commits end below the head."""
    return situation.with_change(replace(situation.proposal.change, head=situation.proposal.change.merge_base))


def _no_commit(situation: Situation) -> Situation:
    return situation.with_change(replace(situation.proposal.change, commits=()))


def _unverified(reason: str) -> Callable[[Situation], Situation]:
    """Let GitHub think otherwise of a signature that is good."""

    def change(situation: Situation) -> Situation:
        (commit,) = situation.proposal.change.commits
        assert commit.host is not None
        return situation.with_host(replace(commit.host, verified=False, reason=reason))

    return change


def _of_another(situation: Situation) -> Situation:
    """Hand in GitHub's word about another commit, which is verified."""
    (commit,) = situation.proposal.change.commits
    assert commit.host is not None
    proposal = situation.proposal
    foreign = replace(commit, host=replace(commit.host, sha=situation.proposal.change.merge_base))
    return replace(situation, proposal=replace(proposal, change=replace(proposal.change, commits=(foreign,))))


def _unread(situation: Situation) -> Situation:
    """Let GitHub say nothing of the commit itself, though it lists it."""
    (commit,) = situation.proposal.change.commits
    silent = situation.proposal.change
    return replace(
        situation,
        proposal=replace(situation.proposal, change=replace(silent, commits=(replace(commit, host=None),))),
    )


ATTACKS: tuple[Attack, ...] = (
    in_git("a commit without a signature", "commits-signature", _unsigned),
    in_git(
        "a commit without a signature upon the bot's, by the author's stolen token",
        "commits-signature",
        _unsigned_on_top,
    ),
    in_git("a commit without a signature below a good one", "commits-signature", _unsigned_below),
    in_git("the bot's signature, taken from another commit of its own", "commits-signature", _transplanted),
    in_git("a second signature behind the bot's", "commits-signature", _signed_twice),
    in_git("the bot's signature by a hash that can be forged", "commits-signature", _weakly_signed),
    in_git("the bot's signature over text, not over bytes", "commits-signature", _text_signed),
    in_git("the bot's signature that has expired", "commits-signature", _signature_expired),
    in_git("a pinned key that has expired, found on an old disk", "commits-signature", _key_expired),
    in_git("a pinned key that was revoked, after it was stolen", "commits-signature", _key_revoked),
    in_git("a key that nobody knows", "commits-signature", _strangers_key),
    in_git("a key that was added to the bot's account, and that nobody pinned", "commits-key", _registered_key),
    in_git("a key that nobody pinned below a commit by the bot's", "commits-key", _unpinned_below),
    in_git(
        "the bot's key in the name of another author",
        "commits-person",
        _written_by(BOT, person(AUTHOR, name="Linus")),
        _written_by(person(AUTHOR, name="Linus"), BOT),
        _written_by(person(MALLORY), BOT),
    ),
    in_git(
        "the bot's key with an address that is none of the key's",
        "commits-person",
        _written_by(person(MALLORY)),
        _written_by(person("Update-Bot")),
    ),
    in_git("a merge of the base branch, with whatever came in", "commits-line", _base_merged),
    in_git("a merge of a branch that nobody judged", "commits-line", _foreign_merged),
    in_git("a second parent that brings nothing along", "commits-line", _grafted),
    in_evidence(
        "the head is another commit than the last that is listed",
        "commits-line",
        _further_head,
        proof=UNTOLD,
    ),
    in_evidence(
        "the files differ although no commit is listed",
        "commits-none",
        _no_commit,
        proof=UNTOLD,
    ),
    in_evidence(
        "GitHub does not believe a signature that gpg believes",
        "commits-verified",
        *map(_unverified, ("unknown_key", "bad_email", "unverified_email", "no_user", "not_signing_key", "invalid")),
        proof=lenience("test_an_unsigned_commit_is_merged_where_no_rule_wants_signatures"),
    ),
    in_evidence(
        "GitHub speaks of another commit",
        "commits-verified",
        _of_another,
        proof=UNTOLD,
    ),
    in_evidence(
        "GitHub lists a commit and says nothing of its signature",
        "identity-asked",
        _unread,
        proof=UNTOLD,
    ),
)
