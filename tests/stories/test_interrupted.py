"""An interrupt ends a rehearsal at what it is doing: the world that is made, or the step that is played."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flakebot.adapters.nix.features import Feature
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


def test_a_tool_that_dies_of_it_has_not_failed(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_tool("sh", "-c", f"kill -INT {os.getpid()} $$", cwd=tmp_path, environment={"PATH": os.environ["PATH"]})


def test_the_step_that_is_measured_ends_with_it(tmp_path: Path) -> None:
    began = time.monotonic()
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        run_measured(("sleep", "30"), cwd=tmp_path, environment={"PATH": os.environ["PATH"]}, logs=tmp_path, limit=20.0)
    assert time.monotonic() - began < 15
