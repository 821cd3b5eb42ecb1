"""A consumer of ten inputs in a generated world, and its lock before and after each season's update."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from flakebot.errors import UnavailableError
from flakebot.rehearsal.tool import run_tool
from tests.attacks.estate import Estate, Files
from tests.legitimate.flakes import Flake, Input
from tests.legitimate.grove import Grove

FLAKES, INPUTS = 6, "abcdefghi"
FOLDER = 'sub.url = "path:./sub"; sub.inputs.other.follows = "a";'
"""The tenth input: a folder of the consumer's own."""
SUB = """\
{
  inputs.leaf.url = "github:grove/flake0";
  inputs.other.url = "github:grove/flake1";
  outputs = _: { };
}
"""


class Update(Struct, frozen=True, kw_only=True):
    """What one full update made of the consumer's lock."""

    estate: Estate
    files: Files
    old: bytes
    new: bytes

    def complaint(self, lock: bytes) -> str | None:
        """Return what Nix says when it would not take a lock as it is beside the flake.nix, None when it does."""
        folder, flags = self.estate.flake_folder(self.files, lock), ("--no-update-lock-file", "--json")
        try:
            run_tool("nix", "flake", "metadata", *flags, cwd=folder, environment=self.estate.environment())
        except UnavailableError as error:
            return str(error)
        return None


def updates(estate: Estate, seed: int, *, seasons: int) -> Iterator[Update]:
    """Grow a world and yield the updates that Nix takes on both sides; one season may have none."""
    grove = Grove(estate=estate, chance=Random(seed))  # noqa: S311  # the same world for the same seed
    for below in range(FLAKES):
        grove.plant(grove.flake(below))
    files, old = next(locked for locked in _consumers(grove) if locked[1])
    for _ in range(seasons):
        grove.grow()
        new = grove.updated(files, old)
        if new is not None and new != old:
            update = Update(estate=estate, files=files, old=old, new=new)
            if update.complaint(old) is None and update.complaint(new) is None:
                yield update
            old = new


def _consumers(grove: Grove) -> Iterator[tuple[Files, bytes]]:
    """Yield consumers, without an end, and what Nix locks them to: nothing where one lacks what another follows."""
    while True:
        text = _consumer(grove).text(grove.address).replace("  inputs = {\n", f"  inputs = {{\n    {FOLDER}\n")
        files = {"flake.nix": text, "sub/flake.nix": SUB}
        yield files, grove.updated(files, None) or b""


def _consumer(grove: Grove) -> Flake:
    """Return a flake of nine inputs, some inputs of which follow others, or what these have, or the flake itself."""
    inputs = {name: grove.input(FLAKES) for name in INPUTS}
    paths = [f"{name}/{inner}" for name, found in inputs.items() for inner in _inner(grove, found)]
    return Flake(inputs={name: _entwined(grove, name, found, paths) for name, found in inputs.items()})


def _entwined(grove: Grove, name: str, found: Input, paths: list[str]) -> Input:
    """Let inputs follow: only what comes later in the alphabet follows in turn, so that none runs in a circle."""
    others = sorted({*INPUTS} - {name}) + [path for path in paths if path[0] > name] * 2 + [""]
    inner = [one for one in _inner(grove, found) if grove.chance.random() < 0.6]
    return replace(found, follows=tuple((one, grove.chance.choice(others)) for one in inner))


def _inner(grove: Grove, found: Input) -> list[str]:
    return sorted(grove.flakes[found.target].inputs) if found.is_flake else []
