"""The world of a rehearsal: a stand-in GitHub, the people's secrets, and Nix. Touches nothing outside its folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from flakebot.model import Branch
from flakebot.rehearsal.github import Account, SeededRepository, StandIn
from flakebot.rehearsal.people import CONSUMER, Secrets
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.seed import Files
from flakebot.rehearsal.tool import run_tool

BASE = Branch("main")
BOT_BRANCH = Branch("flakebot/update")

_LOCK = ("nix", "flake", "lock", "--option", "tarball-ttl", "0")


class Estate(Struct, frozen=True, kw_only=True):
    """What a world holds beside its people: the flakes upstream, and the consumer's files.

    ``found`` makes the first release of each flake upstream. ``files`` says what the consumer's first commit holds
    beside its locks, which are those of ``directories``: one that takes another as an input comes after it.
    """

    found: Happening
    files: Callable[[World], Files]
    directories: tuple[str, ...] = (".",)


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """What a story is played in; a story may replace ``secrets`` by those that somebody got wrong."""

    folder: Path
    estate: Estate
    github: StandIn
    nix: PrivateNix
    secrets: Secrets

    @property
    def consumer(self) -> SeededRepository:
        """The repository whose lock is kept up to date."""
        return self.github.repository(str(CONSUMER))

    def account(self, login: str) -> Account:
        """Return one of the accounts. Raises `KeyError` when there is none."""
        return self.github.hub.world.accounts[login.lower()]

    def environment(self) -> dict[str, str]:
        """Return the environment of a machine whose only network is the stand-in, with an empty home."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "TMPDIR": tempfile.gettempdir(),
            **self.github.environment(),
        }

    def lock(self, files: Files, directory: str = ".") -> bytes:
        """Return the ``flake.lock`` that real Nix writes right now for a flake in a folder, whatever lock it has."""
        with tempfile.TemporaryDirectory(prefix="flake-", dir=self.nix.folder) as top:
            for path, content in files.items():
                _write(Path(top) / path, content)
            lock = Path(top) / lock_path(directory)
            lock.unlink(missing_ok=True)
            environment = self.environment() | self.nix.environment()
            run_tool(*_LOCK, f"path:{lock.parent}", cwd=lock.parent, environment=environment)
            return lock.read_bytes()


Happening = Callable[[World], None]
"""What can happen in a world."""


def lock_path(directory: str) -> str:
    """Return where the lock of the flake in a folder is, from the top of the repository."""
    return "flake.lock" if directory == "." else f"{directory}/flake.lock"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
