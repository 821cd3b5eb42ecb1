"""Make the candidates of one part: all of it where that passes, else what does, and each culprit for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from flakebot.commands.naming import Unit
from flakebot.commands.parts import Part
from flakebot.commands.search_time import SearchTime
from flakebot.commands.workbench import Trial, Workbench
from flakebot.isolation.attempt import Answer, Outcome, Probe, Stop
from flakebot.isolation.finding import BaseBroken, Culprit, Finding, Isolated
from flakebot.isolation.search import conclude, search
from flakebot.model import Candidate, CheckOutcome, CheckReport, CheckStage, Stayed

GOOD = frozenset({CheckOutcome.PASSED, CheckOutcome.SKIPPED})
BASE_IS_BROKEN = "the check fails on the base already: no input is to blame"
NOTHING_FOUND = "its check fails, and nothing was found within the budget that passes"
_KEPT_FOR_BUILDING = 4
"""The last of so many parts of the time is for building what is only known to evaluate, where there is any."""
_NOT_TRIED = "not tried within the budget"


def candidates_of(part: Part, bench: Workbench, searching: SearchTime, *, version: str) -> tuple[Candidate, ...]:
    """Check a part and return its candidates, the one that goes its way first."""
    first = bench.trial(part.units)
    if first.report.outcome in GOOD or part.held or not _can_be_searched(part, bench):
        candidate = _candidate(bench, first, part.name, version=version, held=part.held)
        return (replace(candidate, stayed=part.stayed),)
    end = searching.end(bench.tools.clock.now())
    return tuple(_made(part, first, _found(part, first, bench, searching.limit, end), bench, end, version))


def _can_be_searched(part: Part, bench: Workbench) -> bool:
    return bench.settings.isolate and all(unit.inputs for unit in part.units)


def _found(part: Part, first: Trial, bench: Workbench, limit: timedelta, end: datetime) -> Finding[Unit]:
    stage = first.report.failed_in if bench.tools.nix.can_evaluate_only() else None
    asking = search(part.units, failed_in=stage or CheckStage.BUILD, budget=bench.settings.isolation_checks)
    return conclude(asking, _Answers(bench, end, kept=limit / _KEPT_FOR_BUILDING))


class _Answers:
    """Answers what a search asks, by checks in the time that is left, and stops it when the time is over."""

    def __init__(self, bench: Workbench, end: datetime, *, kept: timedelta) -> None:
        self._bench, self._end, self._kept = bench, end, kept
        self._asked = 1

    def __call__(self, probe: Probe[Unit]) -> Answer:
        """Check what is asked for; only evaluate it, where no more matters."""
        left = self._end - self._bench.tools.clock.now()
        if left <= timedelta(0):
            return Stop.NOW
        if probe.depth is CheckStage.EVALUATION and left <= self._kept:
            return Stop.AFTER_ONE_MORE
        self._asked += 1
        can_evaluate_only = self._bench.tools.nix.can_evaluate_only()
        is_built = probe.depth is CheckStage.BUILD or not can_evaluate_only
        trial = self._bench.trial(probe.units, is_built=is_built, progress=self._progress(probe), end=self._end)
        if trial.report.outcome is CheckOutcome.CUT_OFF:
            return Stop.NOW
        return _outcome(trial.report, probe.depth, can_evaluate_only=can_evaluate_only)

    def _progress(self, probe: Probe[Unit]) -> str:
        most = self._bench.settings.isolation_checks
        return f"Check {self._asked} of at most {most}: {self._bench.moving(probe.units)}"


def _outcome(report: CheckReport, depth: CheckStage, *, can_evaluate_only: bool) -> Outcome:
    if report.outcome in GOOD:
        return Outcome.PASSED
    if depth is CheckStage.EVALUATION or (can_evaluate_only and report.failed_in is CheckStage.EVALUATION):
        return Outcome.FAILED_IN_EVALUATION
    return Outcome.FAILED_IN_BUILD


def _made(
    part: Part, first: Trial, finding: Finding[Unit], bench: Workbench, end: datetime, version: str
) -> Iterator[Candidate]:
    match finding:
        case BaseBroken():
            yield _candidate(bench, bench.named(first, end=end), part.name, version=version, held=BASE_IS_BROKEN)
        case Isolated():
            if finding.good:
                good = _candidate(bench, bench.trial(finding.good), part.name, version=version)
                yield replace(good, stayed=(*part.stayed, *_stayed(finding, bench)))
            elif finding.undecided:
                yield _candidate(bench, first, part.name, version=version, held=NOTHING_FOUND)
            for culprit in finding.culprits:
                yield _culprit(culprit, bench, end, version)
        case _:
            assert_never(finding)


def _culprit(culprit: Culprit[Unit], bench: Workbench, end: datetime, version: str) -> Candidate:
    unit, others = culprit.unit, len(bench.names(culprit.attempt.units)) - len(culprit.unit.inputs)
    alone = bench.failed((unit,))
    seen = alone or bench.failed(culprit.attempt.units)
    if seen is None:
        raise ValueError(f"{unit} is called a culprit, expected a check of it that failed")
    seen = bench.named(seen, end=end)
    trial = seen if alone else bench.unchecked((unit,), seen.report)
    plural = "" if others == 1 else "s"
    how = " by itself" if alone else f"; that was seen with {others} other input{plural} moved as well"
    held = f"{' and '.join(bench.naming.shown(unit))} breaks the check{how}"
    return _candidate(bench, trial, bench.naming.held(unit), version=version, held=held)


def _stayed(finding: Isolated[Unit], bench: Workbench) -> Iterator[Stayed]:
    for culprit in finding.culprits:
        for name in bench.naming.shown(culprit.unit):
            yield Stayed(input=name, why="breaks the check", held_by=bench.naming.held(culprit.unit))
    for unit in finding.undecided:
        for name in bench.naming.shown(unit):
            yield Stayed(input=name, why=_NOT_TRIED)


def _candidate(bench: Workbench, trial: Trial, name: str, *, version: str, held: str = "") -> Candidate:
    changed = {lock.path for lock in trial.locks}
    return Candidate(
        name=name,
        base=bench.base,
        tree=trial.tree,
        locks=trial.locks,
        nix_version=version,
        made_at=max(flake.seen_at for flake in bench.flakes),
        update_log="\n".join(flake.log for flake in bench.flakes if flake.path in changed),
        check=trial.report,
        held=held,
    )
