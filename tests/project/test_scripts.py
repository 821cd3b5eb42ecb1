"""The commands of the checkout are there, can be started, and stop at the first failure."""

import os
from pathlib import Path

import pytest

SCRIPTS = (
    ".ci/run",
    "scripts/isolation-table",
    "scripts/lint",
    "scripts/lock",
    "scripts/nix-versions",
    "scripts/rehearse",
    "scripts/setup",
    "scripts/test",
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_can_be_started_and_says_what_it_is_for(root: Path, name: str) -> None:
    script = root / name
    lines = script.read_text().splitlines()
    assert os.access(script, os.X_OK)
    assert lines[0] == "#!/usr/bin/env bash"
    assert lines[1].startswith("# ")
    assert "set -euo pipefail" in lines


def test_the_readme_names_the_two_commands(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert [name for name in ("scripts/rehearse", "scripts/test") if name not in readme] == []


def test_the_full_run_is_the_same_command(root: Path) -> None:
    assert (root / ".ci" / "run").read_text().endswith("exec scripts/test --all\n")
