"""A generated world of flakes that real Nix locks, and the seasons in which it changes. Every seed has its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from msgspec import Struct, field
from msgspec.structs import replace

from flakebot.errors import UnavailableError
from flakebot.model import Sha
from tests.attacks.estate import Estate, Files
from tests.legitimate.flakes import OWNER, PART, REGISTERED, Flake, Input, Manner

USUAL = (*[Manner.GIT] * 4, *[Manner.BRANCH] * 3, *[Manner.GITHUB] * 4, Manner.TARBALL, Manner.FOLDER)
"""By how often they are met; the first two are the quickest."""
MANNERS = (*Manner,)
"""Each as often as any other."""


class Grove(Struct, frozen=True, kw_only=True):
    """Flakes as they stand, each made of flakes before it; their releases and their locks."""

    estate: Estate
    chance: Random
    manners: tuple[Manner, ...] = USUAL
    flakes: list[Flake] = field(default_factory=list)
    releases: list[list[Sha]] = field(default_factory=list)
    locks: dict[int, bytes] = field(default_factory=dict)
    locked: set[Sha] = field(default_factory=set)

    def plant(self, flake: Flake) -> None:
        """Add a flake to the world."""
        number = len(self.flakes)
        self.flakes.append(flake)
        self.releases.append([])
        self.estate.register(f"{REGISTERED}{number}", owner=OWNER, repo=f"flake{number}")
        self._release(number, flake)
        if not self.releases[number]:  # Nix could not lock it: something follows what is not there
            self._release(number, Flake())

    def grow(self) -> None:
        """Let a season pass: some flakes are released again, and some of these have changed their inputs."""
        for number, flake in enumerate(self.flakes):
            if self.chance.random() < 0.5:
                changed = self.changed(flake, number) if self.chance.random() < 0.5 else flake
                self._release(number, replace(changed, version=flake.version + 1))

    def flake(self, below: int) -> Flake:
        """Return a new flake of flakes with lower numbers."""
        count = min(below, self.chance.choice((1, 2, 2, 3)))
        names = self.chance.sample("abcdefgh", count)
        inputs = {name: self.input(below) for name in names}
        return self._entwined(Flake(inputs=inputs, is_locked=self.chance.random() < 0.8))

    def input(self, below: int) -> Input:
        """Return a new input."""
        target = self.chance.randrange(below)
        rev = self.chance.choice(self.releases[target]) if self.chance.random() < 0.1 else None
        manner = self.chance.choice(self.manners)
        return Input(target=target, manner=manner, rev=rev, is_flake=self.chance.random() < 0.9)

    def changed(self, flake: Flake, number: int) -> Flake:
        """Add, drop, move, rename or repin an input, change what follows what, or give up the lock or take it up."""
        inputs = dict(flake.inputs)
        name = self.chance.choice(sorted(inputs)) if inputs else None
        match self.chance.randrange(7):
            case 0 if number:
                inputs[self.chance.choice("ijkl")] = self.input(number)
            case 1 if name:
                del inputs[name]
            case 2 if name:
                inputs[name] = self.input(number)
            case 3 if name:
                inputs[f"{name}x"] = inputs.pop(name)
            case 4 if name:
                releases = self.releases[inputs[name].target]
                inputs[name] = replace(inputs[name], rev=None if inputs[name].rev else self.chance.choice(releases))
            case 5:
                return _settled(replace(flake, is_locked=not flake.is_locked))
            case _:
                pass
        return self._entwined(replace(flake, inputs=inputs, aliases={}))

    def _entwined(self, flake: Flake) -> Flake:
        """Let some inputs of inputs follow the flake's own, and some names follow what an input has."""
        inputs = {
            name: replace(found, follows=self._follows(name, found, flake)) for name, found in flake.inputs.items()
        }
        paths = [f"{name}/{inner}" for name, found in inputs.items() if found.is_flake for inner in self._open(found)]
        aliases = {"alias": self.chance.choice(paths)} if paths and self.chance.random() < 0.4 else {}
        return _settled(replace(flake, inputs=inputs, aliases=aliases))

    def _follows(self, name: str, found: Input, flake: Flake) -> tuple[tuple[str, str], ...]:
        others = sorted(flake.inputs.keys() - {name})
        if not (others and found.is_flake):
            return ()
        inner = sorted(self.flakes[found.target].inputs)
        return tuple((one, self.chance.choice(others)) for one in inner if self.chance.random() < 0.4)

    def _open(self, found: Input) -> list[str]:
        """Return the inputs of an input that follow nothing."""
        return sorted(self.flakes[found.target].inputs.keys() - dict(found.follows).keys())

    @property
    def unlocked(self) -> frozenset[str]:
        """The releases that have no lock, by their revisions: Nix resolves their inputs itself.

        What is locked without a revision (a tarball, a folder) is named as its repository, if its latest has none.
        """
        bare = [sha for releases in self.releases for sha in releases if sha not in self.locked]
        latest = [number for number, releases in enumerate(self.releases) if releases and releases[-1] in bare]
        return frozenset((*bare, *(f"flake{number}" for number in latest)))

    def _release(self, number: int, flake: Flake) -> None:
        """Release a flake; one that Nix cannot lock is not released, as its author would not either."""
        files = {"flake.nix": flake.text(self.address), "lib/default.nix": f"{flake.version}\n"}
        if flake.is_locked and flake.inputs:
            command = self.chance.choice(("update", "update", "lock"))
            lock = self.updated(files, self.locks.get(number), command=command)
            if lock is None:
                return
            self.locks[number] = lock
            files["flake.lock"] = lock.decode()
        self.flakes[number] = flake
        files |= {f"{PART}/{name}": content for name, content in files.items()}
        sha = self.estate.publish(f"{OWNER}/flake{number}", files)
        if "flake.lock" in files:
            self.locked.add(sha)
        self.estate.github.repository(f"{OWNER}/flake{number}").set_branch("master", sha)
        self.releases[number].append(sha)
        _write(Path(f"{self.address(number)}.checkout"), files)

    def updated(self, files: Files, lock: bytes | None, *, command: str = "update") -> bytes | None:
        """Return what Nix makes of a lock, None where an input lacks by now what something follows."""
        try:
            return self.estate.updated(files, lock, command=command)
        except UnavailableError as error:
            if "follows a non-existent input" in str(error):
                return None
            raise

    def address(self, number: int) -> str:
        """Return where a flake's bare repository stands."""
        return str(self.estate.github.root / "repositories" / OWNER / f"flake{number}.git")


def _settled(flake: Flake) -> Flake:
    """Let a flake without a lock name its inputs' places: a registry's word for a new one is nobody's, and held."""
    if flake.is_locked:
        return flake
    named = {name: found for name, found in flake.inputs.items() if found.manner is Manner.NAMED}
    placed = {name: replace(found, manner=Manner.GITHUB) for name, found in named.items()}
    return replace(flake, inputs={**flake.inputs, **placed})


def _write(folder: Path, files: dict[str, str]) -> None:
    (folder / "flake.lock").unlink(missing_ok=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)


class Step(Struct, frozen=True, kw_only=True):
    """An update that Nix made of a consumer's lock."""

    flake: str
    old: bytes
    new: bytes
    unlocked: frozenset[str]
    """What has no lock of its own: revisions, and the repositories of what is locked without one."""


def updates(
    estate: Estate, chance: Random, *, flakes: int, consumers: int, manners: tuple[Manner, ...] = USUAL
) -> Iterator[Step]:
    """Grow a world and yield, without an end, what each season's update makes of each consumer's lock."""
    grove = Grove(estate=estate, chance=chance, manners=manners)
    for below in range(flakes):
        grove.plant(grove.flake(below))
    texts = [{"flake.nix": grove.flake(flakes).text(grove.address)} for _ in range(consumers)]
    locks = {text["flake.nix"]: lock for text in texts if (lock := grove.updated(text, None)) is not None}
    while locks:
        grove.grow()
        for flake, old in locks.items():
            new = grove.updated({"flake.nix": flake}, old)
            if new is not None and new != old:
                locks[flake] = new
                yield Step(flake=flake, old=old, new=new, unlocked=grove.unlocked)
