"""Update locks and check exactly these updates. Holds no secret and writes nothing but the candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from flakebot.commands.flakes import lock_paths
from flakebot.commands.isolate import candidates_of
from flakebot.commands.named import require_names
from flakebot.commands.naming import Naming
from flakebot.commands.parts import FlakeUpdate, Part, parts_of, require_distinct
from flakebot.commands.report import Report
from flakebot.commands.search_time import SearchTime
from flakebot.commands.tools import Tools
from flakebot.commands.update_report import update_report
from flakebot.commands.updating import Failure, updated
from flakebot.commands.workbench import Workbench
from flakebot.errors import FlakebotError, MisuseError
from flakebot.interrupts import awaited
from flakebot.model import Attempt, Candidate, Sha, Update
from flakebot.settings.commands import UpdateSettings

_One = TypeVar("_One")
_Other = TypeVar("_Other")


class Candidates(Protocol):
    """Where an update is kept until it is proposed."""

    def clear(self) -> None:
        """Take an earlier update away."""

    def write(self, update: Update) -> None:
        """Write all of it, or nothing."""


class _Made(Struct, frozen=True, kw_only=True):
    """What came of some flakes that are checked together."""

    candidates: tuple[Candidate, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    failures: tuple[Failure, ...] = ()


def update(settings: UpdateSettings, tools: Tools, *, candidates: Candidates) -> Report:
    """Make the update of ``settings.base``. An earlier one is gone first, so that a run that fails leaves none."""
    candidates.clear()
    base, version = tools.repository.resolve(settings.base), tools.nix.version()
    paths = lock_paths(tools.repository, base, settings.directory)
    found = _updated(paths, base, settings, tools)
    failures = tuple(one for one in found if isinstance(one, Failure))
    require_names(found, base, settings, tools)
    _require_one_left(paths, failures)
    _require_inputs(found)
    moving = tuple(one for one in found if isinstance(one, FlakeUpdate) and one.is_moved)
    made = _checked(moving, base, settings, tools, naming=_naming(paths, settings), version=version)
    failures += tuple(failure for one in made for failure in one.failures)
    left = _require_one_left(paths, failures)
    whole = Update(
        base=base,
        paths=left,
        candidates=_in_order(candidate for one in made for candidate in one.candidates),
        attempts=tuple(attempt for one in made for attempt in one.attempts),
        is_complete=not settings.inputs and not failures,
    )
    candidates.write(whole)
    young = tuple(stayed.input for one in found if isinstance(one, FlakeUpdate) for stayed in one.stayed)
    return update_report(whole, failures, young=young, version=version, folder=settings.candidate)


def _require_one_left(paths: tuple[str, ...], failures: tuple[Failure, ...]) -> tuple[str, ...]:
    """Return the locks of which none failed. Raises the first failure's error when there is none."""
    failed = {failure.path for failure in failures}
    left = tuple(path for path in paths if path not in failed)
    if not left:
        raise failures[0].error
    return left


def _require_inputs(found: tuple[FlakeUpdate | Failure, ...]) -> None:
    """Raise `MisuseError` when no flake has inputs, so that there could never be anything to update."""
    if all(isinstance(one, FlakeUpdate) and not one.new for one in found):
        raise MisuseError(
            "Nix wrote no flake.lock: the flake has no inputs",
            advice="There is nothing to update; add inputs to flake.nix.",
        )


def _naming(paths: tuple[str, ...], settings: UpdateSettings) -> Naming:
    is_of_several = len(paths) > 1
    return Naming(is_of_several=is_of_several, is_apart=is_of_several and settings.flakes == "separate")


def _in_order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Put what goes its way before what waits for a person."""
    return tuple(sorted(candidates, key=lambda candidate: bool(candidate.held)))


def _updated(
    paths: tuple[str, ...], base: Sha, settings: UpdateSettings, tools: Tools
) -> tuple[FlakeUpdate | Failure, ...]:
    together = settings.flakes == "together"
    bundles = (paths,) if together else tuple((path,) for path in paths)
    is_one_of_several = len(bundles) > 1

    def make(bundle: tuple[str, ...]) -> tuple[FlakeUpdate | Failure, ...]:
        folder = bundle[0].rpartition("/")[0] or "."
        own = replace(tools, echo=tools.echo_of(folder if is_one_of_several else ""))
        return updated(bundle, base, settings, own)

    found = _side_by_side(make, bundles, settings, tools)
    return tuple(one for bundle in found for one in bundle)


def _checked(
    moving: tuple[FlakeUpdate, ...],
    base: Sha,
    settings: UpdateSettings,
    tools: Tools,
    *,
    naming: Naming,
    version: str,
) -> tuple[_Made, ...]:
    """Check the locks that move: each flake's by itself, or those of all in one tree."""
    together = settings.flakes == "together" and moving
    bundles = (moving,) if together else tuple((flake,) for flake in moving)
    planned = tuple((bundle, parts_of(bundle, settings, naming)) for bundle in bundles)
    searching = SearchTime(settings.isolation_limit)
    require_distinct(tuple(part for _, parts in planned for part in parts), naming)

    def make(plan: tuple[tuple[FlakeUpdate, ...], tuple[Part, ...]]) -> _Made:
        bench = Workbench(plan[0], base=base, settings=settings, tools=tools, naming=naming)
        return _made(plan[1], bench, searching, version)

    return _side_by_side(make, planned, settings, tools)


def _made(parts: tuple[Part, ...], bench: Workbench, searching: SearchTime, version: str) -> _Made:
    try:
        candidates = tuple(
            candidate for part in parts for candidate in candidates_of(part, bench, searching, version=version)
        )
    except FlakebotError as error:
        failures = tuple(Failure(path=flake.path, error=error) for flake in bench.flakes)
        return _Made(attempts=tuple(bench.attempts), failures=failures)
    return _Made(candidates=candidates, attempts=tuple(bench.attempts))


def _side_by_side(
    work: Callable[[_One], _Other], pieces: tuple[_One, ...], settings: UpdateSettings, tools: Tools
) -> tuple[_Other, ...]:
    """Do the work for all pieces, so many at once; when interrupted, wait for none of them and let none go on."""
    if len(pieces) <= 1:
        return tuple(map(work, pieces))
    executor = ThreadPoolExecutor(max_workers=settings.parallel)
    try:
        futures = [executor.submit(work, piece) for piece in pieces]
        return awaited(futures)
    except BaseException:
        tools.over.set()
        raise
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
