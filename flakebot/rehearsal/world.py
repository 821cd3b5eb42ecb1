"""The world of a rehearsal: a stand-in GitHub, the people's secrets, and Nix. Touches nothing outside its folder."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flakebot.model import Branch
from flakebot.rehearsal.github import Account, SeededRepository, StandIn
from flakebot.rehearsal.people import CONSUMER, Secrets
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.seed import Files
from flakebot.rehearsal.tool import run_tool

BASE = Branch("main")
BOT_BRANCH = Branch("flakebot/update")

_LOCK = ("nix", "flake", "lock", "--option", "tarball-ttl", "0")


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """What a story is played in; a story may replace ``secrets`` by those that somebody got wrong."""

    folder: Path
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

    def lock(self, files: Files) -> bytes:
        """Return the ``flake.lock`` that real Nix writes for a flake right now, whatever lock it has."""
        flake = self.nix.folder / "flake"
        flake.mkdir(exist_ok=True)
        lock = flake / "flake.lock"
        lock.unlink(missing_ok=True)
        (flake / "flake.nix").write_bytes(files["flake.nix"])
        run_tool(*_LOCK, f"path:{flake}", cwd=flake, environment=self.environment() | self.nix.environment())
        return lock.read_bytes()
