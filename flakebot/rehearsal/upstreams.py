"""The flakes that the consumer depends on, and their releases. Each release is one commit of that age.

`lib` is what everything is built on; `home` follows it and has `tools` of its own, as its own lock says; the
consumer takes `tools` from a branch; `art` is no flake.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flakebot.model import Sha
from flakebot.rehearsal.github import SeededRepository
from flakebot.rehearsal.seed import Files, seed_files
from flakebot.rehearsal.world import World

LIB, HOME, TOOLS, ART = "nixlab/lib", "nixlab/home", "toolsmith/tools", "nixlab/art"
LONG_AGO, LATELY = timedelta(days=20), timedelta(days=3)
"""How old the revisions are that the stale lock names, and those that an update finds."""

OPTIONS = "web.port web.workers"
"""The options of `lib` without which the consumer's check fails."""


def release_lib(world: World, *, release: str, options: str = OPTIONS, age: timedelta = LATELY) -> Sha:
    """Release `lib`."""
    return publish(world, LIB, seed_files("lib", release=release, options=options), age=age)


def release_tools(world: World, *, version: str, age: timedelta = LATELY) -> Sha:
    """Release `tools`, on its default branch for `home` and on the branch that the consumer takes."""
    sha = publish(world, TOOLS, seed_files("tools", version=version), age=age)
    upstream(world, TOOLS).set_branch("stable", sha)
    return sha


def release_home(world: World, *, version: str, age: timedelta = LATELY) -> Sha:
    """Release `home` with a lock of its own, at the present revisions of what it depends on."""
    files = seed_files("home", version=version)
    return publish(world, HOME, files | {"flake.lock": world.lock(files)}, age=age)


def release_art(world: World, *, motif: str, age: timedelta = LATELY) -> Sha:
    """Release `art`."""
    return publish(world, ART, seed_files("art", motif=motif), age=age)


def upstream(world: World, name: str) -> SeededRepository:
    """Return an upstream repository, made when it is first needed."""
    try:
        return world.github.repository(name)
    except KeyError:
        return world.github.add_repository(name)


def publish(world: World, name: str, files: Files, *, age: timedelta) -> Sha:
    """Put files on the default branch of an upstream repository, in a commit that was made and pushed so long ago."""
    when = datetime.now(UTC).replace(microsecond=0) - age
    return upstream(world, name).commit(files, f"Release {name}", when=when)
