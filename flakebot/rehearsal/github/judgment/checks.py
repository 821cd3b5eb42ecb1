"""Whether the required checks of a commit have passed. Pure on the world's values."""

from __future__ import annotations

from enum import StrEnum

from flakebot.model import RequiredCheck, Sha
from flakebot.rehearsal.github.state.checks import CheckRun, Status, StatusState
from flakebot.rehearsal.github.state.repositories import Repository

_PASSING = {"success", "skipped", "neutral"}


class CheckState(StrEnum):
    """The state of a required check, in the words of GitHub's refusals, best first."""

    PASSED = "has passed"
    EXPECTED = "is expected"
    IN_PROGRESS = "is in progress"
    QUEUED = "is queued"
    FAILING = "is failing"


def required_state(repository: Repository, sha: Sha, required: RequiredCheck) -> CheckState:
    """Return the state of one required check: a check run and a status of its name must both pass."""
    runs = [run_state(run) for run in repository.latest_check_runs(sha) if _is_run_of(run, required)]
    statuses = [status_state(status) for status in repository.latest_statuses(sha) if _is_status_of(status, required)]
    found = runs + statuses
    worst_first = (CheckState.FAILING, CheckState.QUEUED, CheckState.IN_PROGRESS, CheckState.PASSED)
    return next((state for state in worst_first if state in found), CheckState.EXPECTED)


def run_state(run: CheckRun) -> CheckState:
    """Return what a check run counts as."""
    if run.conclusion is not None:
        return CheckState.PASSED if run.conclusion in _PASSING else CheckState.FAILING
    return CheckState.IN_PROGRESS if run.status == "in_progress" else CheckState.QUEUED


def status_state(status: Status) -> CheckState:
    """Return what a commit status counts as."""
    if status.state is StatusState.SUCCESS:
        return CheckState.PASSED
    return CheckState.QUEUED if status.state is StatusState.PENDING else CheckState.FAILING


def all_states(repository: Repository, sha: Sha) -> tuple[CheckState, ...]:
    """Return the states of everything that was reported for a commit, required or not."""
    runs = (run_state(run) for run in repository.latest_check_runs(sha))
    return (*runs, *(status_state(status) for status in repository.latest_statuses(sha)))


def _is_run_of(run: CheckRun, required: RequiredCheck) -> bool:
    return run.name == required.name and required.app_id in {None, run.app.id}


def _is_status_of(status: Status, required: RequiredCheck) -> bool:
    return status.context == required.name and required.app_id in {None, status.app_id}
