"""A repository and a Nix in memory for the update command: a check passes or fails by which inputs moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypedDict, Unpack

from msgspec import Struct
from msgspec.structs import replace

from flakebot.choosing.decision import NO_REFS
from flakebot.commands.report import Report
from flakebot.commands.tools import Tools
from flakebot.commands.update import update
from flakebot.errors import FlakebotError, MisuseError
from flakebot.lock.document import parse
from flakebot.model import CheckOutcome, CheckReport, CheckStage, Sha, TreeEntry, Update
from flakebot.model.tips import PastTips, TipsAnswer, TipsAnswers
from flakebot.ports import Progress, UpdateRun
from flakebot.settings.commands import UpdateSettings
from flakebot.settings.groups import Group
from tests.commands.fakes import FakeClock, FakeRepository
from tests.text.candidates import lock

BASE = Sha("b" * 40)
OLD, NEW = "1", "2"
LASTING = timedelta(minutes=10)

Moved = frozenset[str]
Rule = Callable[[Moved], CheckStage | None]
"""Where the check of a flake fails in which these inputs moved; None where it passes."""


def breaking(*sets: str, stage: CheckStage = CheckStage.BUILD) -> Rule:
    """Return the rule by which a check fails when all inputs of one of the sets moved, as ``"chat"`` or ``"a b"``."""
    return lambda moved: stage if any(moved.issuperset(names.split()) for names in sets) else None


class Options(TypedDict, total=False):
    """The settings that tests change."""

    directory: tuple[str, ...]
    hold: tuple[str, ...]
    inputs: tuple[str, ...]
    exclude: tuple[str, ...]
    group: tuple[Group, ...]
    min_age: tuple[tuple[str, timedelta], ...]
    strategy: str
    flakes: str
    parallel: int
    check: bool
    isolate: bool
    check_limit: timedelta
    isolation_checks: int
    isolation_limit: timedelta


def old_lock(*names: str) -> bytes:
    return lock(dict.fromkeys(names, OLD))


def new_lock(*names: str, kept: tuple[str, ...] = ()) -> bytes:
    return lock({name: OLD if name in kept else NEW for name in names})


def moved_in(content: bytes) -> Moved:
    """Return the inputs of a lock that are at their new revision."""
    nodes = parse(content).nodes
    return frozenset(name for name, node in nodes.items() if str(node.locked.get("rev", "")).startswith(NEW))


@dataclass(slots=True, kw_only=True)
class Files(FakeRepository):
    """A repository whose base commit has flakes by their folders, with a lock or None."""

    locks: Mapping[str, bytes | None]

    def entry(self, commit: Sha, path: str) -> TreeEntry | None:
        is_there = path.endswith("flake.nix") and _folder(path) in self.locks
        return TreeEntry(path=path, mode="100644", kind="blob", sha=BASE) if is_there else None

    def content(self, commit: Sha, path: str) -> bytes | None:
        return self.locks.get(_folder(path))

    def files_named(self, commit: Sha, name: str) -> tuple[str, ...]:
        return tuple(name if folder == "." else f"{folder}/{name}" for folder in sorted(self.locks))

    def export(self, commit: Sha, folder: Path) -> None:
        for name, content in self.locks.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "flake.nix").touch()
            if content is not None:
                (folder / name / "flake.lock").write_bytes(content)

    def record(self, folder: Path, paths: tuple[str, ...]) -> Sha:
        return tree_of({name: _read(folder / name / "flake.lock") for name in self.locks})


def tree_of(locks: Mapping[str, bytes | None]) -> Sha:
    """Return the tree in which flakes have these locks."""
    named = b"".join(name.encode() + b"\0" + (locks[name] or b"none") for name in sorted(locks))
    return Sha(hashlib.sha1(named, usedforsecurity=False).hexdigest())


@dataclass(slots=True, kw_only=True)
class FakeNix:
    """Nix that knows the new lock of each folder, and the rule of each check. ``checked`` lists the checks.

    ``litter`` is what each check writes into the tree, by its path there.
    """

    news: Mapping[str, bytes | None]
    rules: Mapping[str, Rule]
    clock: FakeClock
    is_deep: bool = False
    is_without_checker: bool = False
    broken: Mapping[str, FlakebotError] = field(default_factory=dict)
    litter: Mapping[str, bytes] = field(default_factory=dict)
    checked: list[tuple[str, Moved, bool]] = field(default_factory=list)
    asked_for: list[tuple[str, ...]] = field(default_factory=list)
    is_telling: bool = True
    updated: list[str] = field(default_factory=list)
    blamed: list[tuple[str, Moved, timedelta]] = field(default_factory=list)

    def version(self) -> str:
        return "2.26.3"

    def update(self, flake: Path, *, inputs: tuple[str, ...] = (), limit: timedelta, progress: Progress) -> UpdateRun:
        name = _below_tree(flake)
        self.asked_for.append(inputs)
        self.updated.append(name)
        if name in self.broken:
            raise self.broken[name]
        progress("updated")
        new = self.news[name]
        if new is not None:
            (flake / "flake.lock").write_bytes(new)
        return UpdateRun(lock=new, log=f"in {flake}: updated")

    def lock_at(self, flake: Path, addresses: Mapping[str, str], *, limit: timedelta, progress: Progress) -> bytes:
        locked = json.loads((flake / "flake.lock").read_bytes())
        for name, address in addresses.items():
            locked["nodes"][name]["locked"]["rev"] = address.rpartition("/")[2]
        return (json.dumps(locked, indent=2, sort_keys=True) + "\n").encode()

    def can_evaluate_only(self) -> bool:
        return self.is_deep

    def require_checker(self, flake: Path) -> None:
        if self.is_without_checker:
            raise MisuseError("the check command is not there")

    def check(self, flake: Path, *, is_built: bool = True, limit: timedelta, progress: Progress) -> CheckReport:
        name, moved = _below_tree(flake), moved_in((flake / "flake.lock").read_bytes())
        self.checked.append((name, moved, is_built))
        for path, content in self.litter.items():
            (_tree_around(flake) / path).write_bytes(content)
        progress("checked")
        self.clock.sleep(min(LASTING, limit))
        if limit < LASTING:
            log = f"{flake} is still checked"
            return CheckReport(outcome=CheckOutcome.TIMED_OUT, command=("nix",), duration=limit, log=log)
        stage = self.rules[name](moved) if name in self.rules else None
        report = CheckReport(outcome=CheckOutcome.PASSED, command=("nix",), duration=LASTING, log=f"{flake} is fine")
        if stage is None or (stage is CheckStage.BUILD and not is_built):
            return report
        log = f"error: {', '.join(sorted(moved))} in {flake}"
        return replace(
            report,
            outcome=CheckOutcome.FAILED,
            failed_in=stage,
            failing="checks.web" if self.is_telling else "",
            log=log,
        )

    def failing_attribute(self, flake: Path, report: CheckReport, *, limit: timedelta, progress: Progress) -> str:
        self.blamed.append((_below_tree(flake), moved_in((flake / "flake.lock").read_bytes()), limit))
        return "checks.dns"


def _below_tree(flake: Path) -> str:
    return str(flake.relative_to(_tree_around(flake)))


def _tree_around(flake: Path) -> Path:
    return Path(*flake.parts[: flake.parts.index("tree") + 1])


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


class SamePast(Struct, frozen=True, kw_only=True):
    """Hosts on which every ref has the same past."""

    answer: TipsAnswer

    def past(self, questions: tuple[PastTips, ...]) -> TipsAnswers:
        return dict.fromkeys(questions, self.answer)


@dataclass(slots=True, kw_only=True)
class Kept:
    """Where the update is kept: here."""

    update: Update | None = None

    def clear(self) -> None:
        self.update = None

    def write(self, update: Update) -> None:
        self.update = update


class Ended(Struct, frozen=True, kw_only=True):
    """What one call came to."""

    report: Report
    update: Update
    nix: FakeNix
    said: tuple[str, ...]
    warned: tuple[str, ...]
    heard: tuple[str, ...]

    def moved(self, name: str, path: str = "flake.lock") -> Moved:
        """Return the inputs that the candidate of that name moves."""
        (candidate,) = (candidate for candidate in self.update.candidates if candidate.name == name)
        return next((moved_in(lock.new) for lock in candidate.locks if lock.path == path), frozenset())

    @property
    def names(self) -> tuple[str, ...]:
        """The candidates' names in their order."""
        return tuple(candidate.name for candidate in self.update.candidates)


@dataclass(slots=True, kw_only=True)
class Workplace:
    """A world for one call: flakes by their folders, their inputs of which all moved but those that are kept."""

    scratch: Path
    flakes: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    unlocked: tuple[str, ...] = ()
    broken: Mapping[str, FlakebotError] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    litter: Mapping[str, bytes] = field(default_factory=dict)
    is_deep: bool = False
    is_without_checker: bool = False
    is_telling: bool = True
    past: TipsAnswer = NO_REFS
    shelf: Kept = field(default_factory=Kept)

    def locks(self) -> dict[str, bytes | None]:
        return {
            name: None if name in self.unlocked or not inputs else old_lock(*inputs)
            for name, inputs in self.flakes.items()
        }

    def update(self, *, warned: list[str] | None = None, **options: Unpack[Options]) -> Ended:
        """Update; the flakes are those of the world unless ``directory`` says so. ``warned`` takes the warnings."""
        clock, said, heard = FakeClock(), list[str](), list[str]()
        warned = [] if warned is None else warned
        nix = FakeNix(
            news={name: new_lock(*inputs, kept=self.kept) if inputs else None for name, inputs in self.flakes.items()},
            rules=self.rules,
            clock=clock,
            is_deep=self.is_deep,
            is_without_checker=self.is_without_checker,
            is_telling=self.is_telling,
            broken=self.broken,
            litter=self.litter,
        )
        report = update(
            UpdateSettings(**{"base": BASE, "directory": tuple(self.flakes)} | options),  # type: ignore[arg-type]
            Tools(
                repository=Files(locks=self.locks()),
                nix=nix,
                tips=SamePast(answer=self.past),
                clock=clock,
                scratch=self.scratch,
                say=said.append,
                echo=heard.append,
                warn=warned.append,
            ),
            candidates=self.shelf,
        )
        assert self.shelf.update is not None
        return Ended(
            report=report,
            update=self.shelf.update,
            nix=nix,
            said=tuple(said),
            warned=tuple(warned),
            heard=tuple(heard),
        )
