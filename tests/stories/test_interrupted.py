"""An interrupt ends a rehearsal at what it is doing: the world that is made, or the step that is played."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from flakebot.rehearsal.measured import run_measured
from flakebot.rehearsal.tool import run_tool

pytestmark = pytest.mark.usefixtures("listening")


def test_no_tool_is_started_after_it(tmp_path: Path) -> None:
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_tool("touch", "begun", cwd=tmp_path, environment={"PATH": os.environ["PATH"]})
    assert not (tmp_path / "begun").exists()


def test_the_step_that_is_measured_ends_with_it(tmp_path: Path) -> None:
    began = time.monotonic()
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        run_measured(("sleep", "30"), cwd=tmp_path, environment={"PATH": os.environ["PATH"]}, logs=tmp_path, limit=20.0)
    assert time.monotonic() - began < 15
