"""What candidates are called, and so what their branches end in. Decides nothing else."""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

_LONGEST = 44
"""Of what comes from an input's or a folder's name, in characters: a candidate's name holds two of them."""
_KEPT = 35


class Unit(Struct, frozen=True, kw_only=True):
    """Root inputs of one lock that move together; none where there was no lock, which goes whole."""

    path: str
    inputs: tuple[str, ...]


class Naming(Struct, frozen=True, kw_only=True):
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
    """Return a name that a branch may have; one that is too long ends in a hash, so that two stay two."""
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-") or "unnamed"
    if len(slug) <= _LONGEST:
        return slug
    return f"{slug[:_KEPT]}-{hashlib.sha256(text.encode()).hexdigest()[: _LONGEST - _KEPT - 1]}"
