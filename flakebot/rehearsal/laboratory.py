"""The estate that most stories play in: four flakes upstream, and the one that describes the machines. Values."""

from __future__ import annotations

from flakebot.rehearsal.seed import Files, nix_system, seed_files
from flakebot.rehearsal.upstreams import LONG_AGO, release_art, release_home, release_lib, release_tools
from flakebot.rehearsal.world import Estate, World

RULES = ".github/flakebot.toml"
"""Where a consumer says how it is updated."""


def _found(world: World) -> None:
    release_lib(world, release="24.05", age=LONG_AGO)
    release_tools(world, version="1.0", age=LONG_AGO)
    release_art(world, motif="mist over the bay", age=LONG_AGO)
    release_home(world, version="1", age=LONG_AGO)


def laboratory_files(world: World) -> Files:
    """Return the files of the machines' flake, with the rules of its updates."""
    return seed_files("config", system=nix_system(), fingerprint=world.secrets.key.fingerprint)


LABORATORY = Estate(found=_found, files=laboratory_files)
