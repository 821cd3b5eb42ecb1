"""The commands of the checkout are there, can be started, and stop at the first failure."""

import os
import re
import subprocess
import sys
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


def test_the_full_run_is_the_same_command_and_again_with_each_other_nix(root: Path) -> None:
    full = (root / ".ci" / "run").read_text()
    brought = (root / "scripts" / "nix-versions").read_text()
    (suites,) = re.findall(r"^for nix in (.*); do$", full, re.MULTILINE)
    assert f"for suite in {suites}; do" in brought
    assert "\nscripts/nix-versions #" in full
    assert "\nscripts/test --all\n" in full
    assert '\n  scripts/test --nix "$nix" -m "nix and not (every_nix or slow)"\n' in full


def test_the_command_that_records_cassettes_is_one(root: Path) -> None:
    (words,) = re.findall(r"`scripts/test (tests/\S+ --record) ", (root / "CONTRIBUTING.md").read_text())
    argv = (sys.executable, "-m", "pytest", "--collect-only", "-q", *words.split())
    ended = subprocess.run(argv, cwd=root, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "test_retry.py" in ended.stdout


@pytest.mark.parametrize("words", [("--nix",), ("--nix", ""), ("--nix", "nowhere"), ("--all", "--nix", "/bin/true")])
def test_a_nix_that_is_not_there_ends_the_run(checkout: Path, words: tuple[str, ...]) -> None:
    (checkout / "scripts" / "setup").write_text("#!/bin/sh\n")
    ended = subprocess.run((checkout / "scripts" / "test", *words), check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(("test: --nix needs the Nix to run", "test: there is no Nix at"))


ASKED = """\
#!/usr/bin/env bash
printf '%s ' "$@" >>asked; echo >>asked
case " $* " in *" $FAILING "*) exit 1 ;; esac
"""
MEASURED = "--cov=flakebot/lock --cov=flakebot/policy --cov-report=term-missing:skip-covered --cov-fail-under=100"
PURE = f"tests/lock tests/policy {MEASURED}"
REST = "--ignore=tests/lock --ignore=tests/policy"


@pytest.mark.parametrize(
    ("words", "failing", "asked"),
    [
        ((), "nothing", [f"-m not slow {PURE}", f"-m not slow {REST}"]),
        (("--all",), "nothing", [PURE, REST]),
        (("--all",), "tests/lock", [PURE]),
        (("--all",), "--ignore=tests/lock", [PURE, REST]),
        (("tests/cli", "-k", "help"), "nothing", ["-m not slow tests/cli -k help"]),
    ],
)
def test_a_whole_run_measures_what_is_pure_and_leaves_no_test_out(
    checkout: Path, words: tuple[str, ...], failing: str, asked: list[str]
) -> None:
    (checkout / "scripts" / "setup").write_text("#!/bin/sh\n")
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(ASKED)
    python.chmod(0o755)
    environment = {**os.environ, "FAILING": failing}
    ended = subprocess.run((checkout / "scripts" / "test", *words), env=environment, check=False, capture_output=True)
    assert ended.returncode == (0 if failing == "nothing" else 1)
    found = (checkout / "asked").read_text().splitlines()
    assert [line.removeprefix("-m pytest -n 2 --dist worksteal ").rstrip() for line in found] == asked
