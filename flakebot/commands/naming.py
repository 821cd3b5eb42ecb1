"""What candidates are called, and so what their branches end in. Decides nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 60
"""Of a name that comes from an input's or a folder's, in characters: a branch's has limits of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Root inputs of one lock that move together; none where there was no lock, which goes whole."""

    path: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How candidates are called: with several flakes after their folders, too, but for one that is of all of them."""

    is_of_several: bool
    is_apart: bool

    def part(self, path: str, word: str) -> str:
        """Return the name of a group's candidate, or, without a word, of the one that takes what no group does."""
        return "-".join(filter(None, (self._folder(path) if self.is_apart else "", word)))

    def unit(self, unit: Unit) -> str:
        """Return the name of a candidate that moves one unit only."""
        return "-".join(filter(None, (self._folder(unit.path), *map(_slug, unit.inputs[:1]))))

    def held(self, unit: Unit) -> str:
        """Return the name of a candidate that is held."""
        return f"held-{self.unit(unit)}"

    def shown(self, unit: Unit) -> tuple[str, ...]:
        """Return the unit's inputs as a person reads them: with several flakes as Nix does, ``hosts/web#nixpkgs``."""
        folder = unit.path.rpartition("/")[0] or "."
        return tuple(f"{folder}#{name}" if self.is_of_several else name for name in unit.inputs)

    def _folder(self, path: str) -> str:
        return _slug(path.rpartition("/")[0] or "root") if self.is_of_several else ""


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:_LONGEST] or "unnamed"
