"""Whether there are the inputs that the settings name: a typing error must not pass for an update. Moves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from flakebot.commands.flakes import flake_of
from flakebot.commands.parts import FlakeUpdate
from flakebot.commands.tools import Tools
from flakebot.commands.updating import Failure
from flakebot.errors import MisuseError
from flakebot.lock.document import LockDocument, LockError, parse
from flakebot.lock.node import Path
from flakebot.lock.paths import aliases, input_paths
from flakebot.model import Sha
from flakebot.policy.globs import matches
from flakebot.ports import Repository
from flakebot.settings.commands import UpdateSettings
from flakebot.settings.parser import nearest

_ALL = {"*", "**"}
"""Globs that name nothing in particular, as that of an age for everything."""


def require_names(found: tuple[FlakeUpdate | Failure, ...], base: Sha, settings: UpdateSettings, tools: Tools) -> None:
    """Warn of each glob that matches no input of any flake, before or after the update.

    Raises `MisuseError` when ``inputs`` match none at all: nothing was to be updated, and nobody wanted that.
    Says nothing where a flake's inputs are not known, because it has no lock and could not be updated.
    """
    wanted = tuple(_wanted(settings))
    locks = _locks(found, base, tools.repository) if wanted else None
    names = Names(locks=locks or (), flakes=tuple(flake_of(one.path) for one in found))
    if not names.inputs:
        return
    if settings.inputs and not any(map(names.has_input, settings.inputs)):
        raise MisuseError(names.sentence("`inputs`", settings.inputs), advice=names.advice(settings.inputs[0]))
    for said, glob, is_of_path in wanted:
        if not (names.has_path(glob) if is_of_path else names.has_input(glob)):
            close = nearest(glob, names.inputs)
            tools.warn(f"{names.sentence(said, (glob,), is_of_path=is_of_path)} and does nothing. {close}".strip())


class Names(Struct, frozen=True, kw_only=True, dict=True):
    """Under which names and paths the inputs of some flakes are found."""

    locks: tuple[LockDocument, ...]
    flakes: tuple[str, ...]

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The flakes' own inputs."""
        return tuple(sorted({name for lock in self.locks for name in lock.nodes[lock.root].inputs}))

    @cached_property
    def paths(self) -> frozenset[Path]:
        """The paths of all inputs, of those that follow another one too."""
        return frozenset(path for lock in self.locks for path in _paths(lock))

    def has_input(self, glob: str) -> bool:
        """Whether a glob describes one of the flakes' own inputs."""
        return any(matches((name,), (glob,)) for name in self.inputs)

    def has_path(self, glob: str) -> bool:
        """Whether a glob describes an input, be it one of an input."""
        return any(matches(path, (glob,)) for path in self.paths)

    def sentence(self, said: str, globs: tuple[str, ...], *, is_of_path: bool = False) -> str:
        """Return what is wrong with globs that describe nothing."""
        named = ", ".join(f'"{glob}"' for glob in globs)
        where = self.flakes[0] if len(self.flakes) == 1 else f"any of the {len(self.flakes)} flakes"
        below = ", nor of its inputs," if is_of_path else ""
        return f"{said} names {named}, which match{'es' if len(globs) == 1 else ''} no input of {where}{below}"

    def advice(self, glob: str) -> str:
        """Return which input may have been meant, and which there are."""
        return f"{nearest(glob, self.inputs)} There are, by the lock: {', '.join(self.inputs)}.".strip()


def _wanted(settings: UpdateSettings) -> Iterator[tuple[str, str, bool]]:
    """Yield each glob after how its setting is called, and before whether it is one over the paths of all inputs."""
    listed: Iterable[tuple[str, Iterable[str], bool]] = (
        ("`inputs`", settings.inputs, False),
        ("`exclude`", settings.exclude, False),
        *((f"the group {group.name}", group.inputs, False) for group in settings.group),
        ("`hold`", settings.hold, True),
        ("`min-age`", (glob for glob, _ in settings.min_age), True),
    )
    for said, globs, is_of_path in listed:
        yield from ((said, glob, is_of_path) for glob in globs if glob not in _ALL)


def _locks(
    found: tuple[FlakeUpdate | Failure, ...], base: Sha, repository: Repository
) -> tuple[LockDocument, ...] | None:
    """Return the locks before and after, None where a flake that failed has none that can be read."""
    contents = [content for one in found for content in _contents(one, base, repository)]
    try:
        return tuple(parse(content) for content in dict.fromkeys(contents))
    except LockError:
        return None


def _contents(one: FlakeUpdate | Failure, base: Sha, repository: Repository) -> tuple[bytes, ...]:
    match one:
        case FlakeUpdate(old=old, new=new):
            return tuple(content for content in (old, new) if content)
        case Failure(path=path):
            return (repository.content(base, path) or b"",)


def _paths(lock: LockDocument) -> Iterator[Path]:
    yield from (path for _, path in input_paths(lock))
    for paths in aliases(lock).values():
        yield from paths
