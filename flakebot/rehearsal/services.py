"""Sixteen small services, each a flake without inputs, and consumers that run some of them. Cheap for Nix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import PurePosixPath

from msgspec import Struct

from flakebot.adapters.nix.features import Feature
from flakebot.model import Sha
from flakebot.rehearsal.laboratory import RULES, laboratory_files
from flakebot.rehearsal.seed import Files, nix_system, seed_files
from flakebot.rehearsal.upstreams import LATELY, LONG_AGO, publish
from flakebot.rehearsal.world import Estate, World

SERVICES = (
    *("alerts", "backup", "blog", "cache", "calendar", "chat", "dns", "feeds"),
    *("git", "mail", "media", "metrics", "music", "notes", "photos", "vault"),
)
_OWNER = "nixlab"
_FIRST_PORT = 8000


class ServiceFlake(Struct, frozen=True, kw_only=True):
    """A flake of the consumer: which services it runs, and which folders below it hold flakes that it takes as inputs.

    The latter it does where Nix knows inputs relative to a flake (2.26).
    """

    services: tuple[str, ...]
    parts: tuple[str, ...] = ()


def release_service(
    world: World,
    name: str,
    *,
    version: str,
    port: int | None = None,
    setting: str = "port",
    start: str | None = None,
    age: timedelta = LATELY,
) -> Sha:
    """Release a service; by default one that listens on its own port and starts.

    Where its ``setting`` is not called ``port`` a consumer cannot be evaluated, and without a ``start`` that succeeds
    none can be built.
    """
    own = _FIRST_PORT + SERVICES.index(name) if port is None else port
    start = start or f"echo {name} {version} has started"
    files = seed_files("service", name=name, version=version, setting=setting, port=str(own), start=start)
    return publish(world, f"{_OWNER}/{name}", files, age=age)


def services_of(world: World) -> tuple[str, ...]:
    """Return the services that somebody in this world runs."""
    return tuple(name for name in SERVICES if world.github.hub.world.repository(_OWNER, name) is not None)


def service_estate(flakes: Mapping[str, ServiceFlake], *, options: str = "") -> Estate:
    """Return an estate whose consumer has these flakes by their folders, each after those that it takes as inputs.

    ``options`` stand in its flakebot.toml beside those of every consumer.
    """

    def found(world: World) -> None:
        for name in sorted({name for flake in flakes.values() for name in flake.services}):
            release_service(world, name, version="1", age=LONG_AGO)

    def files(world: World) -> Files:
        rules = {RULES: laboratory_files(world)[RULES] + f"\n{options}".encode()}
        flake_files = {
            str(PurePosixPath(folder, "flake.nix")): _flake_nix(flake, world) for folder, flake in flakes.items()
        }
        return seed_files("services") | rules | flake_files

    return Estate(found=found, files=files, directories=tuple(flakes))


def _flake_nix(flake: ServiceFlake, world: World) -> bytes:
    parts = {PurePosixPath(folder).name: folder for folder in flake.parts if world.nix.knows(Feature.RELATIVE_INPUTS)}
    places = [(name, f"github:{_OWNER}/{name}") for name in flake.services]
    places += [(name, f"path:./{folder}") for name, folder in parts.items()]
    files = seed_files(
        "services-flake",
        system=nix_system(),
        inputs="\n    ".join(f'{name}.url = "{place}";' for name, place in places),
        services=_strings(flake.services),
        parts=_strings(parts),
    )
    return files["flake.nix"]


def _strings(names: Iterable[str]) -> str:
    return " ".join(f'"{name}"' for name in names)
