"""Attacks on the checks of a commit: results that are forged, borrowed, or hidden behind better ones."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from flakebot.model import Check, CheckSource, CheckState, Login, Sha
from tests.attacks.attack import Attack, in_evidence
from tests.attacks.proof import Unproven, lenience
from tests.attacks.situation import Situation
from tests.attacks.workbench import APPROVER, AUTHOR, JOB, MALLORY, OWN_STATUS


def _posted(poster: Login | None, source: CheckSource = CheckSource.STATUS) -> Callable[[Situation], Situation]:
    """Add flakebot's own status from somebody else, beside the one that is real."""
    forged = Check(name=OWN_STATUS, source=source, state=CheckState.PASSED, poster=poster)
    return lambda situation: _with(situation, forged)


def _posted_alone(situation: Situation) -> Situation:
    """Forge the green status of a check that went red."""
    return _posted(AUTHOR)(situation.with_result(OWN_STATUS, CheckState.FAILED))


def _with(situation: Situation, *more: Check) -> Situation:
    return replace(situation, checks=replace(situation.checks, found=(*situation.checks.found, *more)))


def _vouched(poster: Login, source: CheckSource = CheckSource.STATUS) -> Callable[[Situation], Situation]:
    """Post a required check that nobody else posted."""
    green = Check(name="build", source=source, state=CheckState.PASSED, poster=poster)

    def forge(situation: Situation) -> Situation:
        others = tuple(found for found in situation.checks.found if found.name != green.name)
        return replace(situation, checks=replace(situation.checks, found=(*others, green)))

    return forge


def _vouched_beside(situation: Situation) -> Situation:
    """Post green beside the check that is real, against the day on which it is red."""
    return _with(situation, Check(name="build", source=CheckSource.STATUS, state=CheckState.PASSED, poster=AUTHOR))


def _failed(name: str) -> Callable[[Situation], Situation]:
    return lambda situation: situation.with_result(name, CheckState.FAILED)


def _hidden(source: CheckSource, poster: Login) -> Callable[[Situation], Situation]:
    """Let a failure stand beside a success of its name."""
    failed = Check(name="build", source=source, state=CheckState.FAILED, poster=poster)
    return lambda situation: _with(situation, failed)


def _of_another_commit(situation: Situation) -> Situation:
    return replace(situation, checks=replace(situation.checks, sha=Sha("b" * 40)))


ATTACKS: tuple[Attack, ...] = (
    in_evidence(
        "the checks are those of another commit, which is green",
        "checks-commit",
        _of_another_commit,
        proof=Unproven(
            why="GitHub answers about the commit that it is asked about: it guards against flakebot's own reader"
        ),
    ),
    in_evidence(
        "flakebot's own status is posted by another account",
        "checks-own-status",
        *map(_posted, (AUTHOR, APPROVER, MALLORY, Login("github-actions"), None)),
        proof=lenience("test_a_required_status_counts_whoever_posted_it"),
    ),
    in_evidence(
        "flakebot's own status comes as the check run of an App",
        "checks-own-status",
        _posted(JOB, CheckSource.CHECK_RUN),
        proof=lenience("test_a_required_status_may_be_the_check_run_of_any_app"),
    ),
    in_evidence(
        "the author's stolen token posts green where the job posted red",
        "checks-own-status",
        _posted_alone,
        beside=("checks-failed",),
        proof=lenience("test_a_later_green_status_of_another_account_covers_a_red_one"),
    ),
    in_evidence(
        "the author's or the approver's stolen token posts a required status",
        "checks-partial",
        _vouched(AUTHOR),
        _vouched(APPROVER),
        _vouched(Login(AUTHOR.upper())),
        _vouched(AUTHOR, CheckSource.CHECK_RUN),
        _vouched_beside,
        proof=lenience("test_a_required_status_counts_whoever_posted_it"),
    ),
    in_evidence(
        "a required check failed",
        "checks-failed",
        _failed("build"),
        _failed(OWN_STATUS),
        proof=lenience("test_a_failed_check_that_nobody_requires_is_merged"),
    ),
    in_evidence(
        "a failure hides behind a success of the same name",
        "checks-failed",
        _hidden(CheckSource.STATUS, JOB),
        _hidden(CheckSource.CHECK_RUN, MALLORY),
        proof=lenience("test_a_later_green_status_of_another_account_covers_a_red_one"),
    ),
)
