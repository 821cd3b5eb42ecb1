"""Which Nix this is and what it can do, by what it says of itself. Pure; a Nix that nobody knows is an error."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from flakebot.errors import MisuseError

OLDEST = (2, 8)
"""The oldest Nix whose flakes flakebot knows."""

Release = tuple[int, int]
"""The first two numbers of a version, as ``(2, 26)``."""


class Implementation(StrEnum):
    """Who makes this Nix."""

    NIX = "Nix"
    DETERMINATE = "Determinate Nix"
    LIX = "Lix"


class Feature(StrEnum):
    """What one Nix can do and another cannot."""

    ALL_SYSTEMS = "nix flake check --all-systems"
    """From here on a check leaves other systems out unless it is told; before, it evaluates them all."""
    NAMED_INPUTS = "nix flake update INPUT…"
    """The words of an update are inputs; before, there is one word, the flake."""
    RELATIVE_INPUTS = "inputs by a relative path"
    """Such an input is a part of the flake that names it, which the lock notes as its ``parent``."""


_SINCE: dict[Feature, tuple[Release, Release | None]] = {
    Feature.ALL_SYSTEMS: ((2, 16), (2, 90)),  # https://github.com/NixOS/nix/pull/7759
    Feature.NAMED_INPUTS: ((2, 19), (2, 90)),  # Nix's release notes 2.19
    Feature.RELATIVE_INPUTS: ((2, 26), None),  # Nix's release notes 2.26
}
"""Since when Nix, and since when Lix, has a feature. Determinate Nix says which Nix it is."""

_VERSION = re.compile(
    r"nix \((?:(?P<nix>Nix)|Determinate Nix (?P<determinate>\S+)|(?P<lix>Lix\b[^()]*))\) "
    r"(?P<number>(?P<major>\d+)\.(?P<minor>\d+)\S*)"
)


class NixVersion(Struct, frozen=True, kw_only=True):
    """A Nix by its makers, the number of its own where it has two, and the number that all of them count by."""

    implementation: Implementation
    number: str
    release: Release
    own: str = ""

    def __str__(self) -> str:
        """Return it as people see it behind the word Nix: ``2.26.3``, ``2.29.0 (Determinate Nix 3.6.2)``."""
        if self.implementation is Implementation.NIX:
            return self.number
        return f"{self.number} ({' '.join(filter(None, (self.implementation, self.own)))})"

    def has(self, feature: Feature) -> bool:
        """Whether it can do that."""
        nix, lix = _SINCE[feature]
        since = lix if self.implementation is Implementation.LIX else nix
        return since is not None and self.release >= since


def parse_version(said: str) -> NixVersion | None:
    """Return which Nix printed that for ``nix --version``, None when it is none that is known.

    Raises `MisuseError` for one that is too old.
    """
    found = _VERSION.fullmatch(said)
    if found is None:
        return None
    version = NixVersion(
        implementation=_implementation(found),
        number=found["number"],
        release=(int(found["major"]), int(found["minor"])),
        own=found["determinate"] or "",
    )
    if version.release < OLDEST:
        raise MisuseError(
            f"Nix {version} is too old; flakebot needs {OLDEST[0]}.{OLDEST[1]} or newer",
            advice="Install a newer Nix, or name one with `nix`.",
        )
    return version


def _implementation(found: re.Match[str]) -> Implementation:
    if found["lix"]:
        return Implementation.LIX
    return Implementation.DETERMINATE if found["determinate"] else Implementation.NIX
