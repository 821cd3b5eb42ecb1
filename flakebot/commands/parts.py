"""Decide which inputs of an update go into which candidate, and what each is called. Moves and checks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from flakebot.commands.naming import Naming, Unit
from flakebot.errors import MisuseError
from flakebot.lock.compose import compose, units
from flakebot.lock.diff import diff
from flakebot.lock.document import parse
from flakebot.lock.units import units_between
from flakebot.model import Stayed
from flakebot.model.tips import Tip
from flakebot.policy.globs import matches
from flakebot.settings.commands import UpdateSettings
from flakebot.settings.groups import Group, group_of

LISTED = "listed in `hold`: only a person moves it"


class FlakeUpdate(Struct, frozen=True, kw_only=True):
    """What one full update made of one lock; ``old`` is None where there was none, ``new`` empty where there is none.

    ``tips`` are older revisions that were taken in place of the newest, by their inputs, and ``stayed`` is what has
    none that is old enough.
    """

    path: str
    old: bytes | None
    new: bytes
    log: str
    seen_at: datetime
    tips: Mapping[str, Tip] = field(default_factory=dict)
    stayed: tuple[Stayed, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether the lock is another one now."""
        return self.new != (self.old or b"")

    @property
    def directory(self) -> str:
        """The flake's folder, from the top of the repository."""
        return self.path.rpartition("/")[0] or "."

    @property
    def obliged(self) -> tuple[str, ...]:
        """The root inputs that go with every choice, because flake.nix says something else of them than the lock."""
        return () if self.old is None else tuple(sorted(units_between(parse(self.old), parse(self.new)).obliged))


class Part(Struct, frozen=True, kw_only=True):
    """What one candidate is to move. ``held`` says why only a person may merge it, and is empty where nobody has to.

    ``stayed`` would be among it, but has no revision that is old enough.
    """

    name: str
    units: tuple[Unit, ...]
    held: str = ""
    stayed: tuple[Stayed, ...] = ()


def parts_of(flakes: tuple[FlakeUpdate, ...], settings: UpdateSettings, naming: Naming) -> tuple[Part, ...]:
    """Return the parts of an update of some locks: the groups, then the others, at last what is held."""
    units = tuple(unit for flake in flakes for unit in _units(flake))
    held = tuple(unit for flake in flakes for unit in units if _is_held(flake, unit, settings.hold))
    free = tuple(unit for unit in units if unit not in held)
    others = tuple(unit for unit in free if _group(unit, settings.group) is None)
    return (
        *_grouped(flakes, free, settings.group, naming),
        *_others(flakes, others, settings, naming),
        *(Part(name=naming.held(unit), units=(unit,), held=LISTED) for unit in held),
    )


def require_distinct(parts: tuple[Part, ...], naming: Naming) -> None:
    """Raise `MisuseError` when two candidates would have one name, those of culprits that may be found among them."""
    known: dict[str, tuple[Unit, ...]] = {}
    culprits = (Part(name=naming.held(unit), units=(unit,)) for part in parts for unit in part.units)
    for part in (*parts, *culprits):
        if known.setdefault(part.name, part.units) != part.units:
            both = " and ".join(_described(units, naming) for units in (known[part.name], part.units))
            raise MisuseError(
                f"two pull requests would have one branch, ending in {part.name or 'nothing'}: of {both}",
                advice="Give the group, the input or the folder of one of them another name.",
            )


def _described(units: tuple[Unit, ...], naming: Naming) -> str:
    return ", ".join(name for unit in units for name in naming.shown(unit) or (unit.path,))


def _units(flake: FlakeUpdate) -> Iterator[Unit]:
    """Yield what can move apart; what goes with every choice is named only where there is no other choice."""
    if flake.old is None:
        yield Unit(path=flake.path, inputs=())
        return
    found = units(flake.old, flake.new)
    free = tuple(inputs for inputs in found if not set(inputs) <= set(flake.obliged))
    for inputs in free or found:
        yield Unit(path=flake.path, inputs=inputs)


def _is_held(flake: FlakeUpdate, unit: Unit, globs: tuple[str, ...]) -> bool:
    """Whether moving the unit moves anything that is listed, be it below its inputs."""
    if flake.path != unit.path or flake.old is None or not globs:
        return False
    lock = compose(flake.old, flake.new, {*unit.inputs, *flake.obliged})
    return any(matches(change.path, globs) for change in diff(parse(flake.old), parse(lock)).changes)


def _grouped(
    flakes: tuple[FlakeUpdate, ...], units: tuple[Unit, ...], groups: tuple[Group, ...], naming: Naming
) -> Iterator[Part]:
    for group in groups:
        if taken := tuple(unit for unit in units if _group(unit, groups) is group):
            held = f"its group {group.name} is held: only a person moves it" if group.hold else ""
            stayed = tuple(_stayed(flakes, group, groups, naming))
            yield Part(name=naming.part(taken[0].path, group.name), units=taken, held=held, stayed=stayed)


def _others(
    flakes: tuple[FlakeUpdate, ...], units: tuple[Unit, ...], settings: UpdateSettings, naming: Naming
) -> Iterator[Part]:
    match settings.strategy:
        case "separate":
            for unit in units:
                yield Part(name=naming.unit(unit), units=(unit,))
        case "together" if units:
            stayed = tuple(_stayed(flakes, None, settings.group, naming))
            yield Part(name=naming.part(units[0].path, ""), units=units, stayed=stayed)


def _stayed(
    flakes: tuple[FlakeUpdate, ...], group: Group | None, groups: tuple[Group, ...], naming: Naming
) -> Iterator[Stayed]:
    """Yield what stayed of a group, or of what no group takes."""
    for flake in flakes:
        for stayed in flake.stayed:
            if group_of(groups, stayed.input) is group:
                (shown,) = naming.shown(Unit(path=flake.path, inputs=(stayed.input,)))
                yield replace(stayed, input=shown)


def _group(unit: Unit, groups: tuple[Group, ...]) -> Group | None:
    """Return the group of the first input that has one: what moves together cannot be in two."""
    return next((group for name in unit.inputs if (group := group_of(groups, name)) is not None), None)
