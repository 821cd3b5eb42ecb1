"""The shapes of check runs, statuses and branch rules, and what they mean. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, field

from flakebot.adapters.github.shapes import Account
from flakebot.model import Check, CheckSource, CheckState, Login, RequiredCheck

_PASSING = {"success", "neutral", "skipped"}
"""https://docs.github.com/rest/checks: with these a required check run counts as passed."""

StatusState = Literal["error", "failure", "pending", "success"]
_STATES: dict[StatusState, CheckState] = {
    "error": CheckState.FAILED,
    "failure": CheckState.FAILED,
    "pending": CheckState.PENDING,
    "success": CheckState.PASSED,
}


class App(Struct, frozen=True, kw_only=True):
    """The App that reported a check run."""

    id: int
    slug: str | None = None


class Suite(Struct, frozen=True, kw_only=True):
    """The check suite that a run is part of: the runs of one App for one event, as of one workflow."""

    id: int


class Output(Struct, frozen=True, kw_only=True):
    """What the App says of its run."""

    title: str | None = None


class CheckRun(Struct, frozen=True, kw_only=True):
    """A check run; without a conclusion it is not over."""

    id: int
    name: str
    conclusion: str | None
    app: App | None
    check_suite: Suite | None
    output: Output


class CheckRunPage(Struct, frozen=True, kw_only=True):
    """A page of check runs; ``total_count`` counts those of every page."""

    total_count: int
    check_runs: tuple[CheckRun, ...]


class Status(Struct, frozen=True, kw_only=True):
    """A commit status."""

    context: str
    state: StatusState
    description: str | None
    target_url: str | None
    creator: Account | None


class StatusRule(Struct, frozen=True, kw_only=True):
    """One required check of a ruleset."""

    context: str
    integration_id: int | None = None


class RuleParameters(Struct, frozen=True, kw_only=True):
    """The parameters of a rule, as far as it requires checks."""

    required_status_checks: tuple[StatusRule, ...] | UnsetType = UNSET


class Rule(Struct, frozen=True, kw_only=True):
    """A rule that is in force on a branch."""

    type: str
    parameters: RuleParameters = field(default_factory=RuleParameters)

    def __post_init__(self) -> None:
        if self.type == "required_status_checks" and self.parameters.required_status_checks is UNSET:
            raise ValueError("a rule that requires checks names none")

    @property
    def required(self) -> tuple[StatusRule, ...]:
        """The checks that it requires."""
        checks = self.parameters.required_status_checks
        return checks if self.type == "required_status_checks" and checks is not UNSET else ()


def latest_runs(runs: Iterable[CheckRun]) -> tuple[Check, ...]:
    """Return the newest run of each name in each suite of each App.

    A suite that is started again leaves the old run behind. Two suites, as of two workflows with jobs of one name,
    hide nothing of each other's: https://docs.github.com/rest/checks/runs (``filter``).
    """
    newest: dict[tuple[str, int | None, int | None], CheckRun] = {}
    for run in sorted(runs, key=lambda run: run.id):
        app, suite = (None if of is None else of.id for of in (run.app, run.check_suite))
        newest[run.name, app, suite] = run
    return tuple(map(_check_of_run, newest.values()))


def latest_statuses(statuses: Iterable[Status]) -> tuple[Check, ...]:
    """Return the newest status of each context and creator, so that nobody's hides another's."""
    newest: dict[tuple[str, Login | None], Status] = {}
    for status in statuses:
        newest.setdefault((status.context, creator_of(status)), status)
    return tuple(map(_check_of_status, newest.values()))


def required_by(rules: Iterable[Rule]) -> tuple[RequiredCheck, ...]:
    """Return what the rules require, each name and App once."""
    required = (
        RequiredCheck(name=check.context, app_id=check.integration_id) for rule in rules for check in rule.required
    )
    return tuple(dict.fromkeys(required))


def creator_of(status: Status) -> Login | None:
    """Return who posted a status; None when the account was deleted."""
    return status.creator.login if status.creator is not None else None


def _check_of_run(run: CheckRun) -> Check:
    state = CheckState.PENDING
    if run.conclusion is not None:
        state = CheckState.PASSED if run.conclusion in _PASSING else CheckState.FAILED
    is_named = run.app is not None and run.app.slug is not None
    return Check(
        name=run.name,
        source=CheckSource.CHECK_RUN,
        state=state,
        poster=Login(f"{run.app.slug}[bot]") if run.app is not None and is_named else None,
        detail=run.output.title or run.conclusion or "",
        app_id=run.app.id if run.app is not None else None,
    )


def _check_of_status(status: Status) -> Check:
    return Check(
        name=status.context,
        source=CheckSource.STATUS,
        state=_STATES[status.state],
        poster=creator_of(status),
        detail=status.description or "",
    )
