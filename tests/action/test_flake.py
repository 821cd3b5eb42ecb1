"""This repository's own flake: its lock is one that flakebot takes, and its check finds a command that cannot start."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot.lock.document import parse
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.settings.file import read_configuration


class Flake:
    """A copy of the flake, and a Nix with a store of its own."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder / "flake"
        self._nixpkgs = folder / "nixpkgs"
        self._nix = PrivateNix.create(folder / "nix")
        shutil.copytree(root / "flakebot", self.folder / "flakebot", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("flake.nix", "flake.lock"):
            shutil.copy(root / name, self.folder)
        self._nixpkgs.mkdir()
        tools = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        nixpkgs = (root / "tests" / "action" / "nixpkgs.nix").read_text().replace("@path@", tools)
        (self._nixpkgs / "flake.nix").write_text(nixpkgs)

    def check(self) -> "subprocess.CompletedProcess[str]":
        """Run ``nix flake check`` with the stand-in for nixpkgs."""
        replaced = ("--no-write-lock-file", "--override-input", "nixpkgs", f"path:{self._nixpkgs}")
        return subprocess.run(
            ("nix", "flake", "check", "--print-build-logs", *replaced, f"path:{self.folder}"),
            env={"HOME": str(self.folder.parent), **self._nix.environment()},
            stdin=subprocess.DEVNULL,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def flake(root: Path) -> Iterator[Flake]:
    with rehearsal_folder(None) as folder:
        yield Flake(root, folder)


def test_the_check_is_content(flake: Flake) -> None:
    result = flake.check()
    assert result.returncode == 0, result.stderr


def test_the_check_finds_a_command_that_cannot_start(flake: Flake) -> None:
    (flake.folder / "flakebot" / "commands" / "approve.py").write_text("raise RuntimeError\n")
    result = flake.check()
    assert result.returncode != 0
    assert 'commands/approve.py", line 1' in result.stderr


def test_the_lock_is_one_that_the_policy_takes(root: Path) -> None:
    lock = (root / "flake.lock").read_bytes()
    evidence = LockEvidence(path="flake.lock", old=lock, new=lock)
    assert judge_lock(evidence, LockExpectation(hold=(), allow_downgrade=())) == ()
    assert parse(lock).version == 7


def test_the_flake_knows_every_dependency_that_the_project_has(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = [requirement.partition(">=")[0].lower() for requirement in project["dependencies"]]
    assert [name for name in names if f"packages.{name}\n" not in (root / "flake.nix").read_text()] == []


def test_the_configuration_is_one_that_flakebot_reads(root: Path) -> None:
    assert read_configuration((root / ".github" / "flakebot.toml").read_bytes())
