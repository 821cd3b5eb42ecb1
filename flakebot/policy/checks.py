"""Rules about the checks of a commit, and what is still to be waited for. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.wording import shown
from flakebot.model import Check, CheckSource, CheckState, RequiredCheck
from flakebot.policy.cases import ChecksCase
from flakebot.policy.identity import is_same_login
from flakebot.policy.rule import Objection, Rule, refuse


def waiting_for(case: ChecksCase) -> tuple[str, ...]:
    """Say which required checks did not end yet or were not seen at all, each in a sentence."""
    return tuple(reason for required in case.required for reason in _unfinished(case, required))


def missing_checks(case: ChecksCase) -> tuple[str, ...]:
    """Name the required checks that nobody reported at all, not even as pending."""
    return tuple(required.name for required in case.required if not _counting(case, required))


def _unfinished(case: ChecksCase, required: RequiredCheck) -> Iterator[str]:
    found = _counting(case, required)
    where = f"checks for {case.head[:7]}: {shown(required.name)}"
    if not found:
        whose = "" if required.app_id is None else f" from the App {required.app_id}"
        yield f"{where} missing, expected success{whose}. Does a job or status of that name exist?"
    for check in found:
        if check.state is CheckState.PENDING:
            yield f"{where} pending as {check.source}, expected success."


def _counting(case: ChecksCase, required: RequiredCheck) -> list[Check]:
    """Return the results that count for a name: those of its App where one is named, else every one of them.

    flakebot's own status is posted by an account, whatever App GitHub has it belong to. What the author or the
    approver posted says nothing: a stolen token could post it.
    """
    if required.name == case.expectation.own_status:
        return [check for check in case.evidence.found if _is_own(case, check)]
    return [
        check
        for check in case.evidence.found
        if check.name == required.name and required.app_id in {None, check.app_id} and not _is_partial(case, check)
    ]


def _is_partial(case: ChecksCase, check: Check) -> bool:
    """Whether a result is the word of an account that the update itself has: its author's or its approver's."""
    return any(is_same_login(check.poster, own) for own in (case.expectation.author, case.expectation.approver))


def _is_own(case: ChecksCase, check: Check) -> bool:
    is_status = check.name == case.expectation.own_status and check.source is CheckSource.STATUS
    return is_status and is_same_login(check.poster, case.expectation.status_poster)


def _commit(case: ChecksCase) -> Iterator[Objection]:
    if case.evidence.sha != case.head:
        said = f"the checks are those of {case.evidence.sha[:7]}, expected {case.head[:7]}"
        yield refuse(said, "Judge again from the start; the head moved.")


def _own_status(case: ChecksCase) -> Iterator[Objection]:
    for check in case.evidence.found:
        if check.name == case.expectation.own_status and not _is_own(case, check):
            poster = "nobody" if check.poster is None else shown(check.poster)
            said = f"{shown(check.name)} was posted by {poster} as {check.source}"
            expected = f"expected {shown(case.expectation.status_poster)} as {CheckSource.STATUS}"
            yield refuse(
                f"{said}, {expected}", "Find out who posted it: nobody else has a reason to. Rotate that token."
            )


def _partial(case: ChecksCase) -> Iterator[Objection]:
    names = {required.name for required in case.required} - {case.expectation.own_status}
    for check in case.evidence.found:
        if check.name in names and _is_partial(case, check):
            said = f"{shown(check.name)} was posted by {shown(check.poster or '')} as {check.source}"
            yield refuse(
                f"{said}, expected an account that neither proposes nor approves",
                "Where your CI posts with the bot's token, give it the job's token or an account of its own. "
                "Where it does not, somebody else has that token: rotate it.",
            )


def _failed(case: ChecksCase) -> Iterator[Objection]:
    for required in (*case.required, *_own_verdict(case)):
        for check in _counting(case, required):
            if check.state is CheckState.FAILED:
                detail = f": {shown(check.detail)}" if check.detail else ""
                said = f"checks for {case.head[:7]}: {shown(check.name)} failed as {check.source}{detail}"
                yield refuse(said, "Read its log. Fix what broke, or hold the input that broke it.")


def _own_verdict(case: ChecksCase) -> tuple[RequiredCheck, ...]:
    """Return flakebot's own check where nobody requires it: that it failed counts all the same."""
    name = case.expectation.own_status
    return () if name in {required.name for required in case.required} else (RequiredCheck(name=name),)


CHECKS = (
    Rule(
        name="checks-commit",
        purpose="The checks are those of the very commit that is judged.",
        objections=_commit,
    ),
    Rule(
        name="checks-own-status",
        purpose="flakebot's own status comes from the account that is to post it, and from no other.",
        objections=_own_status,
    ),
    Rule(
        name="checks-partial",
        purpose="No required check is the word of the account that proposes, or of the one that approves.",
        objections=_partial,
    ),
)

RESULTS = (
    Rule(
        name="checks-failed",
        purpose="Every required check passed, be it run or status or both, and flakebot's own never failed.",
        objections=_failed,
    ),
)
