"""The tests here run once with each Nix that is there."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot.adapters.nix import NixCommand
from tests.adapters.nix.workplace import NIXES, Workplace
from tests.adapters.workshop import new_checkout


@pytest.fixture(params=NIXES)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    folder = Path(os.path.realpath(tmp_path))
    chosen = NIXES[request.param]
    if chosen is not None:
        monkeypatch.setenv("PATH", f"{chosen}:{os.environ['PATH']}")
    own = {"NIX_STORE_DIR": "store", "NIX_STATE_DIR": "state", "NIX_LOG_DIR": "log", "NIX_CONF_DIR": "configuration"}
    for name, below in (own | {"XDG_CACHE_HOME": "cache", "HOME": "home"}).items():
        monkeypatch.setenv(name, str(folder / "nix" / below))
    monkeypatch.delenv("NIX_REMOTE", raising=False)
    monkeypatch.setenv("NIX_CONFIG", "substituters =\nbuild-users-group =\nsandbox = false\n")
    new_checkout(folder / "checkout")
    made = Workplace(folder=folder, nix=NixCommand())
    made.write_input("1")
    yield made
    _remove(folder / "nix")


def _remove(folder: Path) -> None:
    """Remove a store, whose folders nobody may write."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
