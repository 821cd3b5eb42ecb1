"""Make the lock in which some inputs moved, of the locks before and after all of them did. No I/O, no judgement.

The network is asked once, by one full ``nix flake update``; every group, every pull request for one input and every
step of the search for a broken one is made of the two locks alone. Where there was no lock before, there is nothing
to compose: the new one goes whole.
"""

from __future__ import annotations

from collections.abc import Collection

from flakebot.lock.canonical import canonical
from flakebot.lock.document import LockDocument, parse
from flakebot.lock.numbering import grafted
from flakebot.lock.units import Units, units_between
from flakebot.lock.wording import shown

__all__ = ["ChoiceError", "compose", "moved", "units"]


class ChoiceError(ValueError):
    """These inputs cannot be chosen: one does not exist, or one of several that move together was left out."""


def moved(old: bytes, new: bytes) -> tuple[str, ...]:
    """Return what there is to choose from: the root inputs that differ in anything below them, sorted.

    Raises `LockError` for bytes that are no sound lock, as do all functions here.
    """
    return tuple(sorted(units_between(parse(old), parse(new)).moved))


def units(old: bytes, new: bytes) -> tuple[tuple[str, ...], ...]:
    """Return the same inputs in units, each sorted, by their first names: `compose` takes any of them, whole.

    Most are units of one. Several are a unit when one follows what another has in one of the locks only, when they
    might follow one another in a circle, or when flake.nix says something else of them than the old lock.
    """
    return tuple(tuple(sorted(unit)) for unit in units_between(parse(old), parse(new)).together)


def compose(old: bytes, new: bytes, chosen: Collection[str]) -> bytes:
    """Return the lock in which the chosen root inputs are as in the new lock and all others as in the old one.

    They come with all that is below them; what follows is kept as it is written, and nodes are named as Nix names
    them. With nothing chosen that moved, the result is the old lock byte for byte; with all of it, the new one.
    An input of which flake.nix says something else than the old lock goes with every choice but the empty one,
    together with its unit, since Nix would take no lock without it.

    Raises `ChoiceError` for a name that neither lock has, and when part of a unit is chosen.
    """
    before, after = parse(old), parse(new)
    _require_known(frozenset(chosen), before, after)
    apart = units_between(before, after)
    moving = _moving(frozenset(chosen), apart)
    if not moving:
        return old
    if moving == apart.moved:
        return new
    sources = dict.fromkeys(_inputs(before) - moving, before) | dict.fromkeys(_inputs(after) & moving, after)
    return canonical(grafted(sources, version=after.version))


def _inputs(document: LockDocument) -> frozenset[str]:
    return frozenset(document.nodes[document.root].inputs)


def _require_known(chosen: frozenset[str], before: LockDocument, after: LockDocument) -> None:
    for name in sorted(chosen - _inputs(before) - _inputs(after)):
        raise ChoiceError(f"{shown(name)} is no input of the flake. Is it spelled as in flake.nix?")


def _moving(chosen: frozenset[str], apart: Units) -> frozenset[str]:
    """Return what moves: the chosen units, and with any of them the obliged one."""
    moving = frozenset[str]()
    for unit in apart.together:
        if unit & chosen:
            _require_whole(unit, chosen | apart.obliged)
            moving |= unit | apart.obliged
    return moving


def _require_whole(unit: frozenset[str], chosen: frozenset[str]) -> None:
    if missing := ", ".join(map(shown, sorted(unit - chosen))):
        together = ", ".join(map(shown, sorted(unit)))
        raise ChoiceError(f"{together} move together or not at all: choose {missing} as well")
