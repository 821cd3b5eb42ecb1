"""Real Nix resolves `github:` inputs against the stand-in, with production addresses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flakebot.rehearsal.github import Level, Permission, SeededRepository, Settings, StandIn

ROOT = Path(__file__).resolve().parents[3]
NIXES = [program for program in (shutil.which("nix"), *map(str, sorted(ROOT.glob(".nix/*/bin/nix")))) if program]
"""The machine's Nix, and those that scripts/nix-versions has brought."""
FLAKE = """{
  inputs.dep.url = "github:upstream/dep";
  inputs.stable.url = "github:upstream/dep/release/24.11";
  outputs = { self, dep, stable }: { answer = "${dep.name} and ${stable.name}"; };
}
"""
WHEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
CONFIGURATION = """
experimental-features = nix-command flakes
substituters =
build-users-group =
sandbox = false
"""


@pytest.fixture
def dep(github: StandIn) -> SeededRepository:
    repository = github.add_repository("upstream/dep")
    repository.commit({"flake.nix": '{ outputs = _: { name = "old"; }; }\n'}, when=WHEN)
    repository.set_branch("release/24.11", repository.head())
    repository.commit({"flake.nix": '{ outputs = _: { name = "new"; }; }\n'}, when=WHEN)
    return repository


def _run(github: StandIn, folder: Path, *command: str) -> str:
    """Run Nix with a store of its own below a folder."""
    places = {
        "NIX_STORE_DIR": "store",
        "NIX_STATE_DIR": "state",
        "NIX_LOG_DIR": "log",
        "NIX_CONF_DIR": "conf",
        "XDG_CACHE_HOME": "cache",
        "HOME": "home",
    }
    own = {name: str(folder / place) for name, place in places.items()}
    environment = {"PATH": os.environ["PATH"], "NIX_CONFIG": CONFIGURATION, **own, **github.environment()}
    ended = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("nix", NIXES)
def test_nix_locks_and_evaluates(github: StandIn, dep: SeededRepository, tmp_path: Path, nix: str) -> None:
    flake = tmp_path / "flake"
    flake.mkdir()
    (flake / "flake.nix").write_text(FLAKE)
    _run(github, tmp_path, nix, "flake", "lock", f"path:{flake}")
    nodes = json.loads((flake / "flake.lock").read_text())["nodes"]
    assert nodes["dep"]["locked"]["rev"] == dep.head()
    assert nodes["stable"]["locked"]["rev"] == dep.head("release/24.11")
    assert nodes["stable"]["original"]["ref"] == "release/24.11"
    assert {nodes[name]["locked"]["lastModified"] for name in ("dep", "stable")} == {int(WHEN.timestamp())}
    answer = _run(github, tmp_path, nix, "eval", "--raw", f"path:{flake}#answer")
    assert answer == "new and old"
    asked = [request for request in github.requests.all() if request.is_from_nix]
    assert asked
    assert {request.account for request in asked} == {None}
    assert github.refused_hosts == ()


@pytest.mark.parametrize("nix", NIXES)
def test_nix_reads_what_is_private_with_a_token(github: StandIn, tmp_path: Path, nix: str) -> None:
    secret = github.add_repository("upstream/secret", settings=Settings(is_private=True))
    secret.commit({"flake.nix": "{ outputs = _: { }; }\n"})
    token = github.issue_job_token("upstream/secret", {Permission.CONTENTS: Level.READ})
    config = CONFIGURATION + f"access-tokens = github.com={token}\n"
    command = ("env", f"NIX_CONFIG={config}", nix, "flake", "metadata", "--json", "github:upstream/secret")
    assert json.loads(_run(github, tmp_path, *command))["revision"] == secret.head()
