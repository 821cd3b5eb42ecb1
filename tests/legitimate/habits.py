"""What people do with flakes beside updating them, and the update that real Nix then makes: each in its own world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flakebot.adapters.nix.features import Feature
from flakebot.rehearsal.tool import run_tool
from tests.attacks.estate import Estate, flake
from tests.legitimate.grove import Step

Habit = Callable[[Estate], Step]

LIB, HOME, BARE = (
    'lib.url = "github:nixlab/lib";',
    'home.url = "github:nixlab/home";',
    'bare.url = "github:nixlab/bare";',
)


def partial_update(estate: Estate) -> Step:
    """An input of an input was updated by hand; the next whole update takes it back to what its parent's lock says."""
    old = _with_home(estate, HOME)
    _lib(estate, 2)
    _lib(estate, 3)
    one = ("update", "home/lib") if estate.nix.knows(Feature.NAMED_INPUTS) else ("lock", "--update-input", "home/lib")
    return _updated(estate, HOME, _told(estate, HOME, old, *one))


def overridden_once(estate: Estate) -> Step:
    """An input of an input was overridden on the command line, and the lock with it was committed."""
    old = _with_home(estate, HOME)
    estate.publish("else/lib", flake(said="another lib"))
    old = _told(estate, HOME, old, "lock", "--override-input", "home/lib", "github:else/lib")
    return _updated(estate, HOME, old)


def partial_update_that_stays(estate: Estate) -> Step:
    """As it was updated by hand, its parent then moves and its lock has caught up."""
    old = _with_home(estate, HOME)
    _lib(estate, 2)
    one = ("update", "home/lib") if estate.nix.knows(Feature.NAMED_INPUTS) else ("lock", "--update-input", "home/lib")
    old = _told(estate, HOME, old, *one)
    estate.publish_locked("nixlab/home", flake(LIB, said="home 2"))
    return _updated(estate, HOME, old)


def overridden_here(estate: Estate) -> Step:
    """This repository's flake.nix says itself what an input of an input is; that moves, the input stays."""
    inputs = f'{HOME} home.inputs.lib.url = "github:else/lib";'
    _with_home(estate, HOME)
    for version in (1, 2):
        estate.publish("else/lib", flake(said=f"another lib {version}"))
    old = estate.updated(flake(inputs, said="us"), None)
    estate.publish("else/lib", flake(said="another lib 3"))
    return _updated(estate, inputs, old)


def stale_lock(estate: Estate) -> Step:
    """An input's flake.nix asks for another ref than its lock, since nobody locked it again."""
    old = _with_home(estate, HOME)
    _lib_of_branch(estate)
    _publish_stale_home(estate)
    return _updated(estate, HOME, old)


def moving_below_a_stale_lock(estate: Estate) -> Step:
    """What its lock does not say moves by itself, while that input stays."""
    _lib(estate, 1)
    _lib_of_branch(estate)
    _publish_stale_home(estate)
    _lib_of_branch(estate)
    old = estate.updated(flake(HOME, said="us"), None)
    _lib_of_branch(estate)
    return _updated(estate, HOME, old)


def no_lock(estate: Estate) -> Step:
    """An input without a lock stays, and its input moves."""
    old = _with_bare(estate, BARE)
    _lib(estate, 3)
    return _updated(estate, BARE, old)


def no_lock_and_moving(estate: Estate) -> Step:
    """An input without a lock moves, and its input as well."""
    old = _with_bare(estate, BARE)
    _lib(estate, 3)
    estate.publish("nixlab/bare", flake(LIB, said="bare 2"))
    return _updated(estate, BARE, old)


def follows_into_no_lock(estate: Estate) -> Step:
    """Inputs of this repository follow what an input without a lock has."""
    inputs = f'{BARE} {HOME} home.inputs.lib.follows = "bare/lib"; alias.follows = "bare/lib";'
    _lib(estate, 1)
    estate.publish_locked("nixlab/home", flake(LIB, said="home 1"))
    old = _with_bare(estate, inputs)
    _lib(estate, 3)
    return _updated(estate, inputs, old)


def no_flake_below_no_lock(estate: Estate) -> Step:
    """An input without a lock has one that is no flake, which moves."""
    art = 'art = { url = "github:nixlab/art"; flake = false; };'
    estate.publish("nixlab/bare", flake(art, said="bare"))
    estate.publish("nixlab/art", {"art.txt": "1"})
    estate.publish("nixlab/art", {"art.txt": "2"})
    old = estate.updated(flake(BARE, said="us"), None)
    estate.publish("nixlab/art", {"art.txt": "3"})
    return _updated(estate, BARE, old)


def by_registry(estate: Estate) -> Step:
    """Inputs are named and a registry says where they are, also in the lock of an input."""
    inputs = f"{HOME} known = {{ }};"
    estate.publish("nixlab/known", flake(said="known"))
    estate.publish_locked("nixlab/home", flake("known = { };", said="home 1"))
    old = estate.updated(flake(inputs, said="us"), None)
    estate.publish("nixlab/known", flake(said="known 2"))
    estate.publish_locked("nixlab/home", flake("known = { };", said="home 2"))
    return _updated(estate, inputs, old)


RELOCATING: tuple[Habit, ...] = (overridden_once,)
"""Habits after which an input comes from somewhere else: that has to be traced."""

HABITS: tuple[Habit, ...] = (
    partial_update,
    partial_update_that_stays,
    overridden_here,
    stale_lock,
    moving_below_a_stale_lock,
    no_lock,
    no_lock_and_moving,
    follows_into_no_lock,
    no_flake_below_no_lock,
    by_registry,
)


def _lib(estate: Estate, version: int) -> None:
    estate.publish("nixlab/lib", flake(said=f"lib {version}"))


def _lib_of_branch(estate: Estate) -> None:
    repository, before = estate.github.repository("nixlab/lib"), estate.github.repository("nixlab/lib").head()
    estate.day[0] += 1
    repository.set_branch("next", estate.publish("nixlab/lib", flake(said=f"lib next {estate.day[0]}")))
    repository.set_branch("main", before)


def _with_home(estate: Estate, inputs: str) -> bytes:
    """Release an input that has a lock, and lock a consumer of it."""
    _lib(estate, 1)
    estate.publish_locked("nixlab/home", flake(LIB, said="home 1"))
    return estate.updated(flake(inputs, said="us"), None)


def _with_bare(estate: Estate, inputs: str) -> bytes:
    """Release an input that has no lock, its own input later than itself, and lock a consumer."""
    estate.publish("nixlab/bare", flake(LIB, said="bare"))
    _lib(estate, 1)
    _lib(estate, 2)
    return estate.updated(flake(inputs, said="us"), None)


def _publish_stale_home(estate: Estate) -> None:
    lock = estate.updated(flake(LIB, said="home 1"), None)
    asked = flake('lib.url = "github:nixlab/lib/next";', said="home 2")
    estate.publish("nixlab/home", {**asked, "flake.lock": lock.decode()})


def _updated(estate: Estate, inputs: str, old: bytes) -> Step:
    files = flake(inputs, said="us")
    new = estate.updated(files, old)
    return Step(flake=files["flake.nix"], old=old, new=new, unlocked=frozenset())


def _told(estate: Estate, inputs: str, lock: bytes, *words: str) -> bytes:
    """Return what another command of Nix's makes of a lock."""
    folder: Path = estate.flake_folder(flake(inputs, said="us"), lock)
    run_tool("nix", "flake", *words, cwd=folder, environment=estate.environment())
    return (folder / "flake.lock").read_bytes()
