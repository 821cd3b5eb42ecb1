"""Every linter passes on the checkout, and every linter can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LINTERS = (
    "ruff",
    "format",
    "mypy",
    "imports",
    "shellcheck",
    "workflow-schema",
    "action-schema",
    "jactionlint",
    "zizmor",
)

UNPINNED = """\
on: push
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@main
"""

FAULTS = (
    pytest.param("ruff", "flakebot/fault.py", "import os\n", id="ruff sees an unused import"),
    pytest.param("format", "flakebot/fault.py", "x = {  }\n", id="format sees a stray space"),
    pytest.param("shellcheck", "scripts/fault", "#!/bin/sh\necho $1\n", id="shellcheck sees a missing quote"),
    pytest.param(
        "workflow-schema", ".github/workflows/fault.yml", "on: never\njobs: {}\n", id="a workflow has to fit its schema"
    ),
    pytest.param("action-schema", "fault/action.yml", "name: a\n", id="an action has to fit its schema"),
    pytest.param(
        "jactionlint",
        ".github/workflows/fault.yml",
        UNPINNED.replace("push", "[pusch]"),
        id="jactionlint sees an event that is none",
    ),
    pytest.param("zizmor", ".github/workflows/fault.yml", UNPINNED, id="zizmor sees an action that is not pinned"),
)


def lint(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (checkout / "scripts" / "lint", *arguments),
        env={**os.environ, "FLAKEBOT_TOOLS": str(Path(sys.executable).parent)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_no_linter_is_left_out(root: Path) -> None:
    assert tuple(lint(root, "--list").stdout.split()) == LINTERS


@pytest.mark.parametrize("name", LINTERS)
def test_linter_is_content(root: Path, name: str) -> None:
    result = lint(root, name)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("name", "path", "content"), FAULTS)
def test_a_fault_fails(checkout: Path, name: str, path: str, content: str) -> None:
    fault = checkout / path
    fault.parent.mkdir(parents=True, exist_ok=True)
    fault.write_text(content)
    result = lint(checkout, name)
    assert result.returncode == 1
    assert f"failed: {name}" in result.stderr
    assert "fault" in result.stdout + result.stderr


def test_mypy_is_strict_in_both_folders(checkout: Path) -> None:
    (checkout / "flakebot" / "fault.py").write_text("x: int = ''\n")
    (checkout / "tests" / "fault.py").write_text("def f(x): ...\n")
    result = lint(checkout, "mypy")
    assert result.returncode == 1
    assert "failed: mypy" in result.stderr
    assert {"flakebot/fault.py:1", "tests/fault.py:1"} <= {
        line.partition(": ")[0] for line in result.stdout.splitlines()
    }


def test_a_linter_that_finds_no_file_fails(checkout: Path) -> None:
    for action in checkout.rglob("action.yml"):
        action.unlink()
    result = lint(checkout, "action-schema")
    assert result.returncode == 1
    assert "found no file to lint" in result.stderr


def test_an_unknown_linter_is_an_error(root: Path) -> None:
    result = lint(root, "lintel")
    assert result.returncode == 1
    assert 'no linter is called "lintel"' in result.stderr
