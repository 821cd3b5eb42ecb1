"""The whole way with each version of Nix that flakebot supports; the other stories take the one on PATH."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "version"), [("trixie", "2.26."), ("sid", "2.34.")])
@pytest.mark.parametrize(
    ("name", "outcome"), [("good", "merged"), ("nothing-to-do", "unchanged"), ("broken", "broken")]
)
def test_a_story_ends_alike_with_another_nix(name: str, outcome: str, suite: str, version: str) -> None:
    listed = subprocess.run((ROOT / "scripts" / "nix-versions",), check=True, capture_output=True, text=True).stdout
    (nix,) = (path for found, _, path in (line.split("\t") for line in listed.splitlines()) if found == suite)
    environment = os.environ | {"PATH": f"{Path(nix).parent}{os.pathsep}{os.environ['PATH']}"}
    argv = (sys.executable, "-I", "-m", "flakebot", "rehearse", "--json", "--scenario", name)
    ended = subprocess.run(argv, env=environment, check=False, capture_output=True, text=True, timeout=300)
    document = json.loads(ended.stdout)

    assert document["nix_version"].startswith(version)
    assert document["outcome"] == outcome, ended.stderr
    assert len(document["pull_requests"]) == (outcome != "unchanged")
