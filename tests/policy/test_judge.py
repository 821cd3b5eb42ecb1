from __future__ import annotations

import pytest
from msgspec.structs import replace

from flakebot.errors import MisuseError
from flakebot.model import Branch, Check, CheckState, Login, Push, RequiredCheck, SignatureState
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge, judge_candidate, judge_change, judge_lock, judge_locks, judge_proposal
from flakebot.policy.rulebook import RULEBOOK
from flakebot.policy.verdict import Approve, Hold, Refuse, Severity, Verdict, Wait
from tests.lock.samples import GONE, lock, moved
from tests.policy import evidence as good
from tests.policy.evidence import PROPOSAL, Request, candidate, check, status, tree_change, with_change


def _judged(request: Request) -> Verdict:
    return judge(request.proposal, request.checks, request.expectation, request.change)


def _checked(*found: Check, required: tuple[RequiredCheck, ...] = good.CHECKS.required) -> Request:
    return Request(checks=replace(good.CHECKS, required=required, found=found))


def _of_lock(new: bytes) -> Request:
    """Return the pull request with another new lock, from the tree to the bytes."""
    change = tree_change(good.OLD, new)
    made = replace(good.MADE, changes=(change,))
    lock_evidence = LockEvidence(path="flake.lock", old=good.OLD, new=new)
    return Request(
        proposal=with_change(replace(good.RANGE, changes=(change,), commits=(made,), locks=(lock_evidence,)))
    )


_ADDED = lock(moved("tool", 90) | {"nodes/lib/inputs/core": GONE, "nodes/core": GONE})


def test_approves_what_every_rule_is_content_with() -> None:
    assert _judged(Request()) == Approve(sha=good.HEAD)


def test_a_login_is_the_same_in_other_letters() -> None:
    assert isinstance(_judged(Request(proposal=replace(PROPOSAL, approver=Login("CHECKER")))), Approve)


def test_a_repository_is_the_same_in_other_letters() -> None:
    pull_request = replace(good.PULL_REQUEST, head_repository="Me/Flake")
    assert isinstance(_judged(Request(proposal=replace(PROPOSAL, pull_request=pull_request))), Approve)


def test_a_branch_behind_the_bots_name_and_a_hyphen_is_the_bots() -> None:
    pull_request = replace(good.PULL_REQUEST, head_branch=Branch("flakebot/update-web"))
    assert isinstance(_judged(Request(proposal=replace(PROPOSAL, pull_request=pull_request))), Approve)


def test_a_primary_key_may_be_pinned_instead_of_the_one_that_signs() -> None:
    pinned = replace(good.CHANGE_EXPECTATION, fingerprints=(good.PRIMARY,))
    assert isinstance(_judged(replace(Request(), change=pinned)), Approve)


def test_holds_what_a_person_has_to_decide() -> None:
    verdict = _judged(_of_lock(_ADDED))
    assert isinstance(verdict, Hold)
    assert [finding.rule for finding in verdict.findings] == ["lock-graph"]


def test_refuses_rather_than_holds() -> None:
    held = _of_lock(_ADDED)
    verdict = _judged(replace(held, proposal=replace(held.proposal, approver=Login("mallory"))))
    assert isinstance(verdict, Refuse)
    assert {finding.severity for finding in verdict.findings} == {Severity.HOLD, Severity.REFUSE}


def test_holds_rather_than_tells_of_a_failed_check() -> None:
    failed = _checked(check("build", CheckState.FAILED), status(good.STATUS))
    assert isinstance(_judged(replace(failed, proposal=_of_lock(_ADDED).proposal)), Hold)


def test_a_failed_check_is_refused_rather_than_waited_for() -> None:
    assert isinstance(_judged(_checked(check("build", CheckState.FAILED))), Refuse)


def test_carries_notes_into_an_approval() -> None:
    older = _of_lock(lock(moved("nixpkgs", 90, back=True)))
    allowed = replace(good.CHANGE_EXPECTATION, content=LockExpectation(allow_downgrade=("nixpkgs",)))
    verdict = _judged(replace(older, change=allowed))
    assert isinstance(verdict, Approve)
    assert [note.rule for note in verdict.notes] == ["lock-downgrade"]


def test_waits_for_a_check_that_nobody_saw() -> None:
    verdict = _judged(_checked(status(good.STATUS)))
    assert isinstance(verdict, Wait)
    (reason,) = verdict.reasons
    assert reason.startswith('checks for eeeeeee: "build" missing, expected success.')


def test_waits_for_a_check_that_is_pending_although_its_status_passed() -> None:
    verdict = _judged(_checked(check("build", CheckState.PENDING), status("build"), status(good.STATUS)))
    assert isinstance(verdict, Wait)
    assert verdict.reasons == ('checks for eeeeeee: "build" pending as check run, expected success.',)


@pytest.mark.parametrize(
    "pushes",
    [
        (),
        (replace(good.PUSHED, after=good.BASE),),
        (replace(good.PUSHED, before=good.HEAD, after=good.NOTHING), good.PUSHED),
    ],
    ids=["empty", "behind", "of a branch that is gone"],
)
def test_waits_for_the_record_of_the_push(pushes: tuple[Push, ...]) -> None:
    verdict = _judged(Request(checks=replace(good.CHECKS, pushes=pushes)))
    assert isinstance(verdict, Wait)
    assert verdict.reasons == ("GitHub's record of pushes does not show yet how the branch came to eeeeeee",)


def test_what_became_of_an_earlier_branch_of_the_name_does_not_count() -> None:
    other = Login("mallory")
    earlier = (
        Push(pusher=other, before=good.BASE, after=good.NOTHING),
        Push(pusher=other, before=good.NOTHING, after=good.BASE),
    )
    assert isinstance(_judged(Request(checks=replace(good.CHECKS, pushes=(good.PUSHED, *earlier)))), Approve)


def test_waits_for_the_app_that_a_rule_names() -> None:
    of_app = (RequiredCheck(name="build", app_id=15368),)
    verdict = _judged(_checked(check("build", app_id=99), status("build"), status(good.STATUS), required=of_app))
    assert isinstance(verdict, Wait)
    assert "from the App 15368" in verdict.reasons[0]
    mended = _checked(check("build", app_id=15368), status(good.STATUS), required=of_app)
    assert isinstance(_judged(mended), Approve)


@pytest.mark.parametrize("poster", [good.BOT, good.APPROVER])
def test_what_the_author_or_the_approver_posted_is_no_check_even_without_the_rule_that_refuses_it(
    poster: Login,
) -> None:
    request = _checked(status("build", poster=poster), status(good.STATUS))
    verdict = judge(
        request.proposal,
        request.checks,
        request.expectation,
        request.change,
        rulebook=RULEBOOK.without("checks-partial"),
    )
    assert isinstance(verdict, Wait)
    assert '"build" missing' in verdict.reasons[0]


def test_waits_for_its_own_status() -> None:
    verdict = _judged(_checked(check("build")))
    assert isinstance(verdict, Wait)
    assert '"flakebot/flake-check" missing' in verdict.reasons[0]


def test_a_check_that_nobody_requires_decides_nothing() -> None:
    assert isinstance(_judged(_checked(check("build"), check("lint", CheckState.FAILED), status(good.STATUS))), Approve)


def test_a_check_that_both_require_is_waited_for_once() -> None:
    expectation = replace(good.EXPECTATION, required_checks=(RequiredCheck(name="build"),))
    verdict = _judged(replace(_checked(), expectation=expectation))
    assert isinstance(verdict, Wait)
    assert len(verdict.reasons) == 1


def test_no_required_check_at_all_is_misuse() -> None:
    expectation = replace(good.EXPECTATION, required_checks=())
    with pytest.raises(MisuseError, match="no check is required") as caught:
        _judged(replace(_checked(required=()), expectation=expectation))
    assert "required-checks" in caught.value.advice


def test_a_first_lock_is_held_in_a_change_and_noted_in_a_candidate() -> None:
    first = lock({"nodes/root/inputs/folder": GONE, "nodes/folder": GONE})
    change = tree_change(None, first)
    evidence = replace(
        good.RANGE,
        changes=(change,),
        commits=(replace(good.MADE, changes=(change,)),),
        locks=(LockEvidence(path="flake.lock", old=None, new=first),),
    )
    assert [(found.rule, found.severity) for found in judge_change(evidence, good.CHANGE_EXPECTATION)] == [
        ("lock-appeared", Severity.HOLD)
    ]
    assert [(found.rule, found.severity) for found in judge_candidate(candidate(None, first), LockExpectation())] == [
        ("lock-appeared", Severity.NOTE)
    ]


def test_a_first_lock_is_judged_by_what_it_says() -> None:
    first = lock({"nodes/lib/locked/owner": "evil"})
    findings = judge_candidate(candidate(None, first), LockExpectation())
    assert ("lock-original", "tool/lib") in [(found.rule, found.input) for found in findings]


def test_a_lock_that_goes_away_is_refused() -> None:
    change = tree_change(good.OLD, None)
    evidence = replace(
        good.RANGE,
        changes=(change,),
        commits=(replace(good.MADE, changes=(change,)),),
        locks=(LockEvidence(path="flake.lock", old=good.OLD, new=None),),
    )
    rules = [found.rule for found in judge_change(evidence, good.CHANGE_EXPECTATION)]
    assert rules == ["tree-mode", "tree-mode", "lock-missing"]


def test_a_configured_lock_that_does_not_change_is_not_judged() -> None:
    other = LockEvidence(path="sub/flake.lock", old=b"broken", new=b"broken")
    evidence = replace(good.RANGE, locks=(*good.RANGE.locks, other))
    expectation = replace(good.CHANGE_EXPECTATION, locks=("flake.lock", "sub/flake.lock"))
    assert judge_change(evidence, expectation) == ()
    assert evidence.paths == expectation.locks


def test_judges_a_pull_request_without_its_checks() -> None:
    assert judge_proposal(PROPOSAL, good.EXPECTATION, good.CHANGE_EXPECTATION) == ()
    draft = replace(PROPOSAL, pull_request=replace(good.PULL_REQUEST, is_draft=True))
    (finding,) = judge_proposal(draft, good.EXPECTATION, good.CHANGE_EXPECTATION)
    assert finding.rule == "identity-open"


def test_a_range_without_a_host_needs_no_word_of_github() -> None:
    evidence = replace(good.RANGE, commits=(replace(good.MADE, host=None),))
    assert judge_change(evidence, good.CHANGE_EXPECTATION) == ()


def test_every_finding_says_what_to_do() -> None:
    findings = judge_lock(
        LockEvidence(path="flake.lock", old=lock(), new=lock(moved("lib", 1, back=True))), LockExpectation()
    )
    assert findings
    assert all(finding.message and finding.advice for finding in findings)


def test_the_locks_of_a_persons_change_are_judged_and_nothing_else_of_it() -> None:
    other = good.tree_change(b"1", b"2", path="flake.nix")
    unsigned = replace(
        good.MADE, signature=replace(good.SIGNED, state=SignatureState.UNSIGNED), changes=(good.CHANGE, other)
    )
    change = replace(good.RANGE, commits=(unsigned,))
    held = replace(good.CHANGE_EXPECTATION, fingerprints=(), content=LockExpectation(hold=("nixpkgs",)))
    assert [(found.rule, found.severity) for found in judge_locks(change, held)] == [("lock-held", Severity.NOTE)]
    gone = replace(change, changes=(good.tree_change(good.OLD, None),), locks=(replace(change.locks[0], new=None),))
    assert {found.rule for found in judge_locks(gone, held)} == {"tree-mode", "lock-missing"}
