"""Flakes of a generated world: what they take in, and how their flake.nix says so. Values only."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct, field

OWNER, PART, REGISTERED = "grove", "part", "grove"
"""Whose the repositories are, the folder in each that holds the same flake, and how names in the registry begin."""
Address = Callable[[int], str]
"""Says where a flake's bare repository stands, by the flake's number."""


class Manner(StrEnum):
    """How an input is referred to."""

    GITHUB = "github"
    GIT = "git"
    BRANCH = "a branch of git"
    TARBALL = "tarball"
    SUBFOLDER = "a folder of a repository"
    NAMED = "a name in a registry"
    FOLDER = "path"


class Input(Struct, frozen=True, kw_only=True):
    """An input of a flake: another flake of the world, by its number, perhaps pinned to a revision.

    ``follows`` says which input of the flake itself takes the place of which input of this one.
    """

    target: int
    manner: Manner
    is_flake: bool = True
    rev: str | None = None
    follows: tuple[tuple[str, str], ...] = ()


class Flake(Struct, frozen=True, kw_only=True):
    """A flake: its inputs by name, and the names under which it follows what its inputs have."""

    version: int = 1
    inputs: dict[str, Input] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    is_locked: bool = True

    def text(self, address: Address) -> str:
        """Return its flake.nix."""
        inputs = "".join(f"    {name} = {_input(found, address)};\n" for name, found in sorted(self.inputs.items()))
        aliases = "".join(f'    {name}.follows = "{path}";\n' for name, path in sorted(self.aliases.items()))
        return f"{{\n  inputs = {{\n{inputs}{aliases}  }};\n  outputs = _: {{ version = {self.version}; }};\n}}\n"


def _input(found: Input, address: Address) -> str:
    follows = "".join(f' inputs.{inner}.follows = "{outer}";' for inner, outer in found.follows)
    flag = "" if found.is_flake else " flake = false;"
    return f'{{ url = "{_url(found, address)}";{flag}{follows} }}'


def _url(found: Input, address: Address) -> str:
    repository, folder = f"{OWNER}/flake{found.target}", address(found.target)
    path = f"/{found.rev}" if found.rev else ""
    query = f"&rev={found.rev}" if found.rev else ""
    urls = {
        Manner.GITHUB: f"github:{repository}{path}",
        Manner.GIT: f"git+file://{folder}" + (f"?rev={found.rev}" if found.rev else ""),
        Manner.BRANCH: f"git+file://{folder}?ref=main{query}",
        Manner.TARBALL: f"https://github.com/{repository}/archive/{found.rev or 'main'}.tar.gz",
        Manner.SUBFOLDER: f"github:{repository}?dir={PART}{query}",
        Manner.NAMED: f"flake:{REGISTERED}{found.target}{path}",
        Manner.FOLDER: f"path:{folder}.checkout",
    }
    return urls[found.manner]
