"""What somebody with the stolen key writes into the lock: each lock is well formed, and signed as the bot signs.

Each is a function of the world, for a story to play between two steps. Nothing here is told to flakebot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from flakebot.model import Sha
from flakebot.rehearsal.intrusions import LOCK, replace_lock
from flakebot.rehearsal.seed import seed_files
from flakebot.rehearsal.upstreams import LIB, OPTIONS, release_lib, upstream
from flakebot.rehearsal.world import BOT_BRANCH, World

MALLORY = "mallory"
_OLD = "23.11"
"""The release of `lib` whose commit is older than what the stale lock names."""

Locked = Mapping[str, object]


def lib_publishes_an_old_release(world: World) -> None:
    """Let `lib` have a revision that is older than what everybody uses."""
    release_lib(world, release=_OLD, age=timedelta(days=90))


def lib_is_locked_to_a_fork(world: World) -> None:
    """Lock `lib` to a commit of a fork, with the hash of its content: GitHub serves it under the parent's name."""
    _lock_lib(world, _locked(world, LIB, _fork(world)))


def lib_has_the_hash_of_other_content(world: World) -> None:
    """Leave the good revision of `lib`, with the hash of a fork's content, for Nix to find it in some cache."""
    _lock_lib(world, {"narHash": _locked(world, LIB, _fork(world))["narHash"]})


def lib_goes_back(world: World) -> None:
    """Lock `lib` to a revision of its own that is older than the present one, and has its holes."""
    history = upstream(world, LIB).state.store
    old = next(
        sha for sha in history.history("HEAD") if f'"{_OLD}"'.encode() in (history.blob(f"{sha}:flake.nix") or b"")
    )
    _lock_lib(world, _locked(world, LIB, old))


def lib_is_locked_elsewhere(world: World) -> None:
    """Lock `lib` to the repository of somebody else; what flake.nix asks for stays as it is."""
    sha = _fork(world)
    _lock_lib(world, _locked(world, f"{MALLORY}/lib", sha))


def _fork(world: World) -> Sha:
    """Fork `lib` and let the fork do something else."""
    mallory = world.github.add_account(MALLORY, email="mallory@example.org")
    fork = upstream(world, LIB).fork(mallory)
    return fork.commit(seed_files("lib", release="24.11-evil", options=OPTIONS), "Improve", author=mallory)


def _locked(world: World, name: str, sha: Sha) -> Locked:
    """Return what real Nix locks a revision to."""
    flake = f'{{ inputs.it.url = "github:{name}/{sha}"; outputs = _: {{ }}; }}'
    document = json.loads(world.lock({"flake.nix": flake.encode()}))
    locked: Locked = document["nodes"]["it"]["locked"]
    return locked


def _lock_lib(world: World, locked: Locked) -> None:
    """Put an update on the bot's branch that locks `lib` to something else, signed with the bot's key."""
    document = json.loads(world.consumer.read(LOCK, at=BOT_BRANCH))
    document["nodes"]["lib"]["locked"] |= locked
    forged = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    replace_lock(world, forged.encode(), key=world.secrets.key)
