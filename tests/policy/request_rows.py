"""Everything that the rules about trees, commits, accounts and checks object to: a good pull request, spoilt once."""

from __future__ import annotations

from msgspec.structs import replace

from flakebot.model import Branch, CheckSource, CheckState, Fingerprint, Login, Person, Push, Sha, SignatureState
from flakebot.policy.evidence import CommitEvidence, LockEvidence
from flakebot.policy.verdict import Severity
from tests.lock.samples import lock, moved
from tests.policy import evidence as good
from tests.policy.evidence import Request, check, status, tree_change, with_change, with_commit
from tests.policy.rows import Row

REFUSE, HOLD = Severity.REFUSE, Severity.HOLD

_OTHER = Login("mallory")
_EVIL = tree_change(b"{}", b"{ evil }", path="flake.nix")
_FIRST, _SECOND = Sha("1" * 40), Sha("2" * 40)


def _range(**changed: object) -> Request:
    return Request(proposal=with_change(replace(good.RANGE, **changed)))


def _commit(**changed: object) -> Request:
    return Request(proposal=with_commit(replace(good.MADE, **changed)))


def _pull_request(**changed: object) -> Request:
    pull_request = replace(good.PULL_REQUEST, **changed)
    return Request(proposal=replace(good.PROPOSAL, pull_request=pull_request))


def _comparison(**changed: object) -> Request:
    comparison = replace(good.COMPARISON, **changed)
    return Request(proposal=replace(good.PROPOSAL, comparison=comparison))


def _entry(**changed: str) -> Request:
    """Return a change whose entry, in the end and in its commit, is another."""
    entry = replace(good.CHANGE, **changed)
    return Request(
        proposal=with_change(replace(good.RANGE, changes=(entry,), commits=(replace(good.MADE, changes=(entry,)),)))
    )


def _made(sha: Sha, parent: Sha, *, host: Login = good.BOT) -> CommitEvidence:
    commit = replace(good.COMMIT, sha=sha, parents=(parent,))
    return replace(good.MADE, commit=commit, host=replace(good.HOST, sha=sha, author=host))


_ADDED_AND_REVERTED = (
    replace(_made(_FIRST, good.BASE), changes=(_EVIL,)),
    replace(_made(_SECOND, _FIRST), changes=(tree_change(b"{ evil }", b"{}", path="flake.nix"),)),
    _made(good.HEAD, _SECOND),
)
_UNSIGNED = replace(good.SIGNED, state=SignatureState.UNSIGNED, fingerprint=None, primary=None, identities=())
_FOREIGN = replace(good.SIGNED, fingerprint=Fingerprint("C" * 40), primary=Fingerprint("D" * 40))
_LINK = "120000"

TREE = (
    Row("tree-empty", REFUSE, "nothing changed", _range(changes=(), locks=()), "changes no file"),
    Row("tree-empty", REFUSE, "a commit without a file", _commit(changes=()), "commit eeeeeee changes no file"),
    Row(
        "tree-path",
        REFUSE,
        "another file",
        _range(changes=(good.CHANGE, _EVIL)),
        'changes "flake.nix", expected "flake.lock"',
    ),
    Row(
        "tree-path",
        REFUSE,
        "another file added and reverted",
        _range(commits=_ADDED_AND_REVERTED),
        'commit 1111111 changes "flake.nix"',
    ),
    Row(
        "tree-path",
        REFUSE,
        "no lock is configured",
        replace(Request(), change=replace(good.CHANGE_EXPECTATION, locks=())),
        "expected no file at all",
    ),
    Row("tree-mode", REFUSE, "the lock becomes a symlink", _entry(status="T", new_mode=_LINK), "as T 100644 120000"),
    Row("tree-mode", REFUSE, "the lock becomes executable", _entry(new_mode="100755"), "as M 100644 100755"),
    Row("tree-mode", REFUSE, "the lock was executable", _entry(old_mode="100755"), "as M 100755 100644"),
    Row(
        "tree-mode", REFUSE, "the lock becomes a submodule", _entry(status="T", new_mode="160000"), "as T 100644 160000"
    ),
    Row("tree-bytes", REFUSE, "other bytes were judged", _entry(new_sha=_FIRST), "are not those of 1111111"),
    Row("tree-bytes", REFUSE, "other bytes were compared with", _entry(old_sha=_FIRST), "are not those of"),
    Row(
        "tree-bytes",
        REFUSE,
        "no bytes were read",
        _range(locks=(LockEvidence(path="x", old=None, new=None),)),
        "are not those of",
    ),
    Row(
        "tree-locks",
        REFUSE,
        "no lock was read",
        replace(_range(locks=(), changes=()), change=good.CHANGE_EXPECTATION),
        "no lock was read",
    ),
    Row(
        "tree-locks",
        REFUSE,
        "a lock changed that the tree says nothing of",
        _range(
            locks=(
                *good.RANGE.locks,
                LockEvidence(
                    path="sub/flake.lock",
                    old=lock(),
                    new=lock(
                        moved("hub", 91) | {"nodes/hub/locked/url": "https://flakehub.com/f/acme/hub/0.1.%2A.tar.gz"}
                    ),
                ),
            )
        ),
        '"sub/flake.lock" differs',
    ),
)

COMMITS = (
    Row("commits-none", REFUSE, "no commit", _range(commits=()), "no commit between"),
    Row(
        "commits-line",
        REFUSE,
        "a merge",
        _commit(commit=replace(good.COMMIT, parents=(good.BASE, _FIRST))),
        "the parents bbbbbbb, 1111111",
    ),
    Row(
        "commits-line",
        REFUSE,
        "another base",
        _commit(commit=replace(good.COMMIT, parents=(_FIRST,))),
        "expected bbbbbbb alone",
    ),
    Row("commits-line", REFUSE, "no parent", _commit(commit=replace(good.COMMIT, parents=())), "the parents none"),
    Row("commits-line", REFUSE, "another head", _range(head=_FIRST), "the commits end at eeeeeee, expected the head"),
    Row(
        "commits-signature",
        REFUSE,
        "a bad signature",
        _commit(signature=replace(good.SIGNED, state=SignatureState.BAD)),
        "is bad, expected a good one",
    ),
    Row(
        "commits-signature",
        REFUSE,
        "an expired key",
        _commit(signature=replace(good.SIGNED, state=SignatureState.EXPIRED_KEY)),
        "a key that expired",
    ),
    Row(
        "commits-signature",
        REFUSE,
        "a revoked key",
        _commit(signature=replace(good.SIGNED, state=SignatureState.REVOKED_KEY)),
        "revoked key",
    ),
    Row(
        "commits-signature",
        REFUSE,
        "no signature",
        _commit(signature=_UNSIGNED),
        "commit eeeeeee is unsigned, expected a good signature",
    ),
    Row(
        "commits-signature",
        REFUSE,
        "a good commit on an unsigned one",
        _range(commits=(replace(_made(_FIRST, good.BASE), signature=_UNSIGNED), _made(good.HEAD, _FIRST))),
        "commit 1111111 is unsigned",
    ),
    Row(
        "commits-key",
        REFUSE,
        "a key that is not pinned",
        _commit(signature=_FOREIGN),
        f"signed by {'C' * 40}, expected {'A' * 40}",
    ),
    Row(
        "commits-key",
        REFUSE,
        "no key is pinned",
        replace(Request(), change=replace(good.CHANGE_EXPECTATION, fingerprints=())),
        "but none is",
    ),
    Row(
        "commits-person",
        REFUSE,
        "another author",
        _commit(commit=replace(good.COMMIT, author=Person(name="M", email="m@x"))),
        'by "M <m@x>"',
    ),
    Row(
        "commits-person",
        REFUSE,
        "nobody of the key",
        _commit(signature=replace(good.SIGNED, identities=(Person(name="Bot", email="other@example.org"),))),
        "no identity of the signing key",
    ),
    Row(
        "commits-verified",
        REFUSE,
        "GitHub does not verify it",
        _commit(host=replace(good.HOST, verified=False, reason="no_user")),
        '"no_user"',
    ),
)

IDENTITY = (
    Row(
        "identity-accounts",
        REFUSE,
        "one account for both",
        replace(Request(), expectation=replace(good.EXPECTATION, author=Login("Checker"))),
        "to propose and to approve",
    ),
    Row(
        "identity-accounts",
        REFUSE,
        "another token",
        Request(proposal=replace(good.PROPOSAL, approver=_OTHER)),
        'belongs to "mallory", expected "checker"',
    ),
    Row(
        "identity-accounts",
        REFUSE,
        "the approver's own pull request",
        _pull_request(author=Login("Checker")),
        "opened this pull request",
    ),
    Row("identity-author", REFUSE, "another author", _pull_request(author=_OTHER), 'is by "mallory", expected "bot"'),
    Row(
        "identity-pushers",
        REFUSE,
        "another committer",
        _comparison(commits=(replace(good.HOST, committer=_OTHER),)),
        'the committer of commit eeeeeee is "mallory"',
    ),
    Row(
        "identity-pushers",
        REFUSE,
        "nobody that GitHub knows",
        _comparison(commits=(replace(good.HOST, author=None),)),
        "nobody that GitHub knows",
    ),
    Row(
        "identity-branches",
        REFUSE,
        "another base branch",
        _pull_request(base_branch=Branch("release")),
        'base branch is "release"',
    ),
    Row(
        "identity-branches",
        REFUSE,
        "another branch",
        _pull_request(head_branch=Branch("feature")),
        'branch is "feature"',
    ),
    Row(
        "identity-branches",
        REFUSE,
        "a branch that only begins like the bot's",
        _pull_request(head_branch=Branch("flakebot/updates")),
        'expected "flakebot/update" or "flakebot/update-…"',
    ),
    Row(
        "identity-branches",
        REFUSE,
        "a fork",
        _pull_request(head_repository="mallory/flake"),
        'repository is "mallory/flake"',
    ),
    Row("identity-branches", REFUSE, "a fork that is gone", _pull_request(head_repository=None), "deleted fork"),
    Row("identity-open", REFUSE, "closed", _pull_request(is_open=False), "is closed"),
    Row("identity-open", HOLD, "a draft", _pull_request(is_draft=True), "is a draft"),
    Row(
        "identity-complete",
        REFUSE,
        "more files than were read",
        _pull_request(changed_files=2),
        "counts 2 changed files, but 1 were read",
    ),
    Row("identity-complete", REFUSE, "more commits than were read", _pull_request(commits=251), "counts 251 commits"),
    Row(
        "identity-complete",
        REFUSE,
        "a list that was cut",
        _comparison(total_commits=251),
        "251 commits of the comparison",
    ),
    Row("identity-complete", REFUSE, "other files", _comparison(files=("flake.nix",)), "lists other files"),
    Row(
        "identity-complete",
        REFUSE,
        "other commits",
        _comparison(commits=(replace(good.HOST, sha=_FIRST),)),
        "lists other commits",
    ),
    Row(
        "identity-head",
        REFUSE,
        "the head moved",
        _pull_request(head_sha=_FIRST),
        "the head is 1111111, but eeeeeee was read",
    ),
    Row("identity-head", REFUSE, "another merge base", _comparison(merge_base=_FIRST), "the merge base is 1111111"),
    Row(
        "identity-asked",
        REFUSE,
        "GitHub was not asked",
        Request(proposal=replace(good.PROPOSAL, change=replace(good.RANGE, commits=(replace(good.MADE, host=None),)))),
        "said nothing about commit eeeeeee",
    ),
)

CHECKS = (
    Row(
        "checks-commit",
        REFUSE,
        "of another commit",
        Request(checks=replace(good.CHECKS, sha=_FIRST)),
        "those of 1111111, expected eeeeeee",
    ),
    Row(
        "checks-own-status",
        REFUSE,
        "posted by another account",
        Request(checks=replace(good.CHECKS, found=(*good.CHECKS.found, status(good.STATUS, poster=_OTHER)))),
        'by "mallory" as status, expected "github-actions[bot]" as status',
    ),
    Row(
        "checks-own-status",
        REFUSE,
        "posted by nobody",
        Request(checks=replace(good.CHECKS, found=(*good.CHECKS.found, status(good.STATUS, poster=None)))),
        "posted by nobody",
    ),
    Row(
        "checks-own-status",
        REFUSE,
        "posted as a check run",
        Request(
            checks=replace(
                good.CHECKS, found=(*good.CHECKS.found, replace(status(good.STATUS), source=CheckSource.CHECK_RUN))
            )
        ),
        "as check run, expected",
    ),
    Row(
        "checks-partial",
        REFUSE,
        "a required status by the author",
        Request(checks=replace(good.CHECKS, found=(status("build", poster=good.BOT), status(good.STATUS)))),
        '"build" was posted by "bot" as status, expected an account that neither proposes nor approves',
    ),
    Row(
        "checks-partial",
        REFUSE,
        "a required status by the approver, beside the real one",
        Request(checks=replace(good.CHECKS, found=(*good.CHECKS.found, status("build", poster=good.APPROVER)))),
        '"build" was posted by "checker"',
    ),
)

RESULTS = (
    Row(
        "checks-failed",
        REFUSE,
        "as a check run",
        Request(
            checks=replace(
                good.CHECKS, found=(check("build", CheckState.FAILED, detail="cancelled"), status(good.STATUS))
            )
        ),
        '"build" failed as check run: "cancelled"',
    ),
    Row(
        "checks-failed",
        REFUSE,
        "as a status of the same name",
        Request(checks=replace(good.CHECKS, found=(*good.CHECKS.found, status("build", CheckState.FAILED)))),
        '"build" failed as status',
    ),
    Row(
        "checks-failed",
        REFUSE,
        "flakebot's own",
        Request(checks=replace(good.CHECKS, found=(check("build"), status(good.STATUS, CheckState.FAILED)))),
        '"flakebot/flake-check" failed',
    ),
    Row(
        "checks-failed",
        REFUSE,
        "flakebot's own, where nobody requires it",
        Request(
            checks=replace(good.CHECKS, found=(check("build"), status(good.STATUS, CheckState.FAILED))),
            expectation=replace(good.EXPECTATION, required_checks=()),
        ),
        '"flakebot/flake-check" failed',
    ),
)


def _pushed(*pushes: Push) -> Request:
    return Request(checks=replace(good.CHECKS, pushes=pushes))


_LATER = Push(pusher=good.BOT, before=_FIRST, after=good.HEAD)

PUSHES = (
    Row(
        "identity-pushes",
        REFUSE,
        "somebody else pushed last",
        _pushed(replace(good.PUSHED, pusher=_OTHER)),
        '"mallory" moved the branch to eeeeeee, expected "bot" alone',
    ),
    Row(
        "identity-pushes",
        REFUSE,
        "somebody else pushed before",
        _pushed(_LATER, Push(pusher=_OTHER, before=good.NOTHING, after=_FIRST)),
        '"mallory" moved the branch to 1111111',
    ),
    Row(
        "identity-pushes",
        REFUSE,
        "an account that is gone pushed",
        _pushed(replace(good.PUSHED, pusher=None)),
        "nobody that GitHub knows moved the branch",
    ),
)

ROWS = (*TREE, *COMMITS, *IDENTITY, *CHECKS, *RESULTS, *PUSHES)
