"""The flakes of a world's consumer, checked by real Nix outside of flakebot."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flakebot.rehearsal.upstreams import upstream
from flakebot.rehearsal.world import World, lock_path


def check(
    world: World,
    *arguments: str,
    directory: str = ".",
    kept: tuple[str, ...] = (),
    lock: bytes | None = None,
) -> tuple[bool, str]:
    """Let real Nix check the consumer's flake with a lock, or with the newest of everything but what is ``kept``.

    Return whether it passes, and what Nix said.
    """
    world.github.limits.change_address()
    with tempfile.TemporaryDirectory(dir=world.folder) as top:
        for folder in world.estate.directories:
            place = Path(top, folder)
            place.mkdir(parents=True, exist_ok=True)
            (place / "flake.nix").write_bytes(_keeping(world, kept, flake_of(world, folder)))
        place = Path(top, directory)
        if lock is not None:
            (place / "flake.lock").write_bytes(lock)
        writing = () if lock is None else ("--no-update-lock-file",)
        ended = subprocess.run(
            ("nix", "flake", "check", "--option", "tarball-ttl", "0", *writing, *arguments, f"path:{place}"),
            env=world.environment() | world.nix.environment(),
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=120,
        )
        return ended.returncode == 0, ended.stderr


def flake_of(world: World, directory: str) -> bytes:
    return world.consumer.read("flake.nix" if directory == "." else f"{directory}/flake.nix")


def _keeping(world: World, kept: tuple[str, ...], flake: bytes) -> bytes:
    """Pin inputs to the revisions with which the laboratory began."""
    for name in kept:
        first = upstream(world, f"nixlab/{name}").state.store.history("HEAD")[-1]
        flake = flake.replace(f'"github:nixlab/{name}"'.encode(), f'"github:nixlab/{name}/{first}"'.encode())
    return flake


def base_lock(world: World, directory: str = ".") -> bytes:
    return world.consumer.read(lock_path(directory))


def locked(lock: bytes) -> Mapping[str, str]:
    """Return the revision of each input from GitHub."""
    nodes = json.loads(lock)["nodes"]
    return {name: node["locked"]["rev"] for name, node in nodes.items() if "rev" in node.get("locked", {})}
