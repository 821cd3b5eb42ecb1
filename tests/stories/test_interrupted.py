"""An interrupt ends a rehearsal at what it is doing: the world that is made, or the step that is played."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.nix.features import Feature
from flakebot.adapters.process import TimedOut, run
from flakebot.interrupts import heed
from flakebot.rehearsal.folder import rehearsal_folder, remove
from flakebot.rehearsal.github.git.process import completed
from flakebot.rehearsal.github.signing.gpg import gpg
from flakebot.rehearsal.measured import run_measured
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.tool import run_tool

pytestmark = pytest.mark.usefixtures("listening")


def test_no_tool_is_started_after_it(tmp_path: Path) -> None:
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_tool("touch", "begun", cwd=tmp_path, environment={"PATH": os.environ["PATH"]})
    assert not (tmp_path / "begun").exists()


DOORS: dict[str, Callable[[Path], object]] = {
    "git": lambda folder: completed(folder, "--version"),
    "gpg": lambda folder: gpg(folder, "--version"),
    "nix": lambda folder: PrivateNix.create(folder / "nix").knows(Feature.ALL_SYSTEMS),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_what_a_tool_says_while_it_comes_is_not_believed(door: Callable[[Path], object], tmp_path: Path) -> None:
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        door(tmp_path)


def test_a_nix_that_fails_has_not_said_what_it_can(tmp_path: Path) -> None:
    nix = tmp_path / "broken"
    nix.write_text("#!/bin/sh\nexit 1\n")
    nix.chmod(0o755)
    with pytest.raises(subprocess.CalledProcessError):
        PrivateNix.create(tmp_path / "nix", nix=str(nix)).knows(Feature.ALL_SYSTEMS)


def test_a_nix_that_is_ended_can_tidy_up(tmp_path: Path) -> None:
    nix = tmp_path / "tidy"
    nix.write_text(f"#!/bin/sh\ntrap 'sleep 1; touch {tmp_path}/tidied; exit 1' TERM\nwhile :; do sleep 0.05; done\n")
    nix.chmod(0o755)
    PrivateNix.create(tmp_path / "nix", nix=str(nix))
    argv = (str(tmp_path / "nix" / "bin" / "nix"), "build")
    ended = run(argv, cwd=tmp_path, environment={"PATH": os.environ["PATH"]}, limit=timedelta(seconds=2))
    assert isinstance(ended, TimedOut)
    assert (tmp_path / "tidied").exists()


def test_a_rehearsals_folder_is_taken_away_whatever_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flakebot.interrupts.PATIENCE", 0.1)
    monkeypatch.setattr("flakebot.rehearsal.folder.remove", slowly(remove))
    with rehearsal_folder(None) as folder:
        (folder / "file").touch()
        signal.raise_signal(signal.SIGINT)
    assert not folder.exists()
    with pytest.raises(KeyboardInterrupt):
        heed()


def slowly(act: Callable[[Path], None]) -> Callable[[Path], None]:
    def acted(path: Path) -> None:
        time.sleep(0.5)
        act(path)

    return acted


def test_a_tool_that_dies_of_it_has_not_failed(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_tool("sh", "-c", f"kill -INT {os.getpid()} $$", cwd=tmp_path, environment={"PATH": os.environ["PATH"]})


def test_the_step_that_is_measured_ends_with_it(tmp_path: Path) -> None:
    began = time.monotonic()
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        run_measured(("sleep", "30"), cwd=tmp_path, environment={"PATH": os.environ["PATH"]}, logs=tmp_path, limit=20.0)
    assert time.monotonic() - began < 15
