"""Check what some inputs of an update make of the locks, each time in a new export. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flakebot.commands.choosing import choices_with
from flakebot.commands.naming import Naming, Unit
from flakebot.commands.parts import FlakeUpdate
from flakebot.commands.tools import Tools
from flakebot.lock.compose import compose
from flakebot.model import Attempt, CheckOutcome, CheckReport, LockUpdate, Sha
from flakebot.settings.commands import UpdateSettings

_CUT_OFF = CheckReport(outcome=CheckOutcome.CUT_OFF, command=(), duration=timedelta(0), log="")
_SKIPPED = CheckReport(outcome=CheckOutcome.SKIPPED, command=(), duration=timedelta(0), log="")


class Trial(Struct, frozen=True, kw_only=True):
    """Some units that moved, the locks and the tree that this makes, and how their check ended.

    ``directory`` is the flake that was checked last: the one that failed, if any did.
    """

    units: tuple[Unit, ...]
    locks: tuple[LockUpdate, ...]
    tree: Sha
    report: CheckReport
    directory: str = "."


class Workbench:
    """Checks of one update of some locks. Each set of units is checked once; ``attempts`` lists the checks."""

    def __init__(
        self, flakes: tuple[FlakeUpdate, ...], *, base: Sha, settings: UpdateSettings, tools: Tools, naming: Naming
    ) -> None:
        self.flakes, self.base, self.settings, self.tools, self.naming = flakes, base, settings, tools, naming
        self.attempts: list[Attempt] = []
        self._trials: dict[tuple[frozenset[Unit], bool], Trial] = {}

    def locks(self, units: tuple[Unit, ...]) -> tuple[LockUpdate, ...]:
        """Return the locks that change when exactly these units move."""
        found = ((flake, self._composed(flake, units)) for flake in self.flakes)
        return tuple(
            LockUpdate(
                path=flake.path,
                old=flake.old,
                new=new,
                choices=choices_with(
                    flake.tips, flake.old, new, seen_at=flake.seen_at, min_age=self.settings.all_min_age
                ),
            )
            for flake, new in found
            if new is not None and new != flake.old
        )

    def trial(
        self, units: tuple[Unit, ...], *, is_built: bool = True, progress: str = "", end: datetime | None = None
    ) -> Trial:
        """Check what some units make, once. A check that is cut off at the ``end`` tells nothing, and is forgotten."""
        key = (frozenset(units), is_built)
        if key in self._trials:
            return self._trials[key]
        trial = self._tried(units, is_built=is_built, progress=progress, end=end)
        if trial.report.outcome is not CheckOutcome.CUT_OFF:
            self._trials[key] = trial
        return trial

    def unchecked(self, units: tuple[Unit, ...], report: CheckReport) -> Trial:
        """Return what some units make, with the report of another check, which is marked as such."""
        locks = self.locks(units)
        with self._written(locks) as (_, tree):
            return Trial(units=units, locks=locks, tree=tree, report=replace(report, is_exact=False))

    def named(self, trial: Trial, *, end: datetime) -> Trial:
        """Return a check that failed with the attribute that did, asked for until the ``end`` where Nix named none."""
        limit = self._limit(end)
        if trial.report.outcome is not CheckOutcome.FAILED or trial.report.failing or limit <= timedelta(0):
            return trial
        with self._written(trial.locks) as (folder, _):
            place, echo = folder / trial.directory, self.tools.echo
            failing = self.tools.nix.failing_attribute(place, trial.report, limit=limit, progress=echo)
        return replace(trial, report=replace(trial.report, failing=failing))

    def failed(self, units: tuple[Unit, ...]) -> Trial | None:
        """Return the check of exactly these units if it was made and failed."""
        found = (self._trials.get((frozenset(units), is_built)) for is_built in (True, False))
        return next((trial for trial in found if trial and trial.report.outcome is not CheckOutcome.PASSED), None)

    def _tried(self, units: tuple[Unit, ...], *, is_built: bool, progress: str, end: datetime | None) -> Trial:
        locks, flakes = self.locks(units), self._to_check(units)
        if not flakes:
            with self._written(locks) as (_, tree):
                return Trial(units=units, locks=locks, tree=tree, report=_SKIPPED)
        self.tools.say(self._shown(progress or f"Checking {self.moving(units)}"))
        ended = tuple(self._checked(flakes, locks, units, is_built=is_built, end=end))
        tree, last = ended[-1]
        spent = sum((report.duration for _, report in ended), timedelta(0))
        directory = flakes[len(ended) - 1].directory
        return Trial(units=units, locks=locks, tree=tree, report=replace(last, duration=spent), directory=directory)

    def _checked(
        self,
        flakes: tuple[FlakeUpdate, ...],
        locks: tuple[LockUpdate, ...],
        units: tuple[Unit, ...],
        *,
        is_built: bool,
        end: datetime | None,
    ) -> Iterator[tuple[Sha, CheckReport]]:
        """Check flakes up to the first that fails, each in an export of its own: a check may change others' locks."""
        for flake in flakes:
            with self._written(locks) as (folder, tree):
                report = self._one(folder, flake, units, is_built=is_built, end=end)
            yield tree, report
            if report.outcome is not CheckOutcome.PASSED:
                return

    def _to_check(self, units: tuple[Unit, ...]) -> tuple[FlakeUpdate, ...]:
        """Return the flakes that have a lock when these units moved; none where nothing is to be checked."""
        paths = {unit.path for unit in units}
        has_lock = (flake for flake in self.flakes if flake.old is not None or flake.path in paths)
        return tuple(has_lock) if self.settings.check else ()

    def _one(
        self, folder: Path, flake: FlakeUpdate, units: tuple[Unit, ...], *, is_built: bool, end: datetime | None
    ) -> CheckReport:
        limit = self._limit(end)
        if limit <= timedelta(0):
            return _CUT_OFF
        place = folder / flake.directory
        echo = self.tools.echo_of(flake.directory if self.naming.is_of_several else "")
        report = self.tools.nix.check(place, is_built=is_built, limit=limit, progress=echo)
        if report.outcome is CheckOutcome.TIMED_OUT and limit < self.settings.check_limit:
            report = replace(report, outcome=CheckOutcome.CUT_OFF)
        self.attempts.append(
            Attempt(
                directory=flake.directory,
                inputs=self.names(units),
                is_built=is_built,
                outcome=report.outcome,
                duration=report.duration,
            )
        )
        return replace(report, log=report.log.replace(str(folder), "."))

    def _limit(self, end: datetime | None) -> timedelta:
        most = self.settings.check_limit
        return most if end is None else min(most, end - self.tools.clock.now())

    @contextmanager
    def _written(self, locks: tuple[LockUpdate, ...]) -> Iterator[tuple[Path, Sha]]:
        with self.tools.exported(self.base) as folder:
            for lock in locks:
                (folder / lock.path).write_bytes(lock.new)
            paths = tuple(lock.path for lock in locks)
            yield folder, self.tools.repository.record(folder, paths) if paths else self.base

    def _composed(self, flake: FlakeUpdate, units: tuple[Unit, ...]) -> bytes | None:
        chosen = tuple(unit for unit in units if unit.path == flake.path)
        if flake.old is None:
            return flake.new if chosen else None
        names = {name for unit in chosen for name in unit.inputs}
        return compose(flake.old, flake.new, names.union(flake.obliged))

    def names(self, units: tuple[Unit, ...]) -> tuple[str, ...]:
        """Return the inputs of some units as a person reads them."""
        return tuple(name for unit in units for name in self.naming.shown(unit))

    def moving(self, units: tuple[Unit, ...]) -> str:
        """Return how many inputs move, in words; a first lock names none, for there is nothing to move from."""
        count = len(self.names(units))
        if units and not count:
            return "the first lock"
        return f"{count} input{'' if count == 1 else 's'} moved" if units else "the base as it is"

    def _shown(self, line: str) -> str:
        return f"{self.flakes[0].directory}: {line}" if self.naming.is_apart else line
