"""What is in the repository fits every machine, may be used, and has one version."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

# Where somebody once worked, and where packages come from: neither is a fact about flakebot.
MACHINE = re.compile(r"(?<![\w.])/(?:work|farm|root|Users)/\w|/tmp/(?:venv|brief)\b|\.pye[n]v\b")
REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs)\.(?:org|com)\b|https?://\S+/(?:simple|packages)/")


def test_no_file_knows_a_machine_or_a_registry(root: Path, files: tuple[Path, ...]) -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate((root / path).read_bytes().decode("utf-8", "replace").splitlines(), 1)
        if MACHINE.search(line) or REGISTRY.search(line)
    ]
    assert Path("pyproject.toml") in files
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    assert MACHINE.search("see /wo" + "rk/main/README.md")
    assert MACHINE.search("/tm" + "p/venv/bin/python")
    assert not MACHINE.search("flakebot/work/lock.py")
    assert REGISTRY.search("https://files.python" + "hosted.org/x")
    assert REGISTRY.search("https://mirror.example/sim" + "ple/")


def test_the_licence_is_there_and_is_the_one_declared(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["license"] == "MIT"
    assert (root / "LICENSE").read_text().startswith("MIT License\n")


def test_the_command_says_the_version_of_the_project(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    flakebot = Path(sys.executable).with_name("flakebot")
    result = subprocess.run((flakebot, "--version"), check=True, capture_output=True, text=True)
    assert project["version"] in result.stdout.split()
