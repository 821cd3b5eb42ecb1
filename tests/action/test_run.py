"""scripts/action-run leaves a command's end behind, whatever that end was; scripts/action-conclude adds the ends up."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flakebot.adapters.environment import NIX_VARIABLES
from flakebot.cli.isolation import KEPT
from flakebot.settings.secrets import SECRETS


class Runner:
    """What a workflow runner gives a step: files to write to and an environment; and a program in flakebot's place."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._folder = folder
        for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH"):
            (folder / name).write_text("")

    def program(self, script: str) -> None:
        """Put a shell script in the place of Python: it is called as ``-I -m flakebot COMMAND``."""
        python = self._folder / "python"
        python.write_text(f"#!/bin/bash\n{script}\n")
        python.chmod(0o755)

    def start(self, script: str, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Start one of the action's scripts."""
        files = {name: str(self._folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        return subprocess.Popen(
            (self._root / "scripts" / script, *arguments),
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "ACTION_PYTHON": str(self._folder / "python"), **files, **variables},
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str, *arguments: str, **variables: str) -> tuple[int, str]:
        """Run one of the action's scripts; returns its exit code and what it printed."""
        with self.start(script, *arguments, **variables) as process:
            printed, _ = process.communicate(timeout=30)
        return process.returncode, printed

    def written(self, name: str) -> str:
        """What stands in one of the runner's files."""
        return (self._folder / name).read_text()

    def outputs(self) -> dict[str, str]:
        """The step's outputs; the last word counts."""
        return dict(line.split("=", 1) for line in self.written("GITHUB_OUTPUT").splitlines())


@pytest.fixture
def runner(root: Path, tmp_path: Path) -> Runner:
    folder = tmp_path / "with a space"
    folder.mkdir()
    return Runner(root, folder)


@pytest.mark.parametrize("code", [0, 1, 2, 4, 130])
def test_an_exit_code_becomes_an_output_and_the_step_goes_on(runner: Runner, code: int) -> None:
    runner.program(f'echo "outcome=$4" >>"$GITHUB_OUTPUT"; exit {code}')
    assert runner.run("action-run", "propose") == (0, "")
    assert runner.outputs() == {"outcome": "propose", "exit-code": str(code)}


def test_a_program_that_says_nothing_has_failed(runner: Runner) -> None:
    runner.program("kill -KILL $$")
    assert runner.run("action-run", "approve")[0] == 0
    assert runner.outputs() == {"outcome": "failed", "exit-code": "137"}


def test_a_step_that_is_killed_has_failed(runner: Runner) -> None:
    runner.program("kill -KILL $PPID")
    assert runner.run("action-run", "approve")[0] == -signal.SIGKILL
    assert runner.outputs() == {"outcome": "failed", "exit-code": "3"}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_workflow_lets_the_program_tidy_up(runner: Runner, sent: signal.Signals) -> None:
    runner.program('trap "echo tidied; exit 130" TERM\necho ready\nfor _ in {1..200}; do sleep 0.05; done')
    with runner.start("action-run", "propose") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(sent)
        assert process.stdout.read() == "tidied\n"
        assert process.wait(timeout=30) == 0
    assert runner.outputs() == {"outcome": "failed", "exit-code": "130"}


@pytest.mark.parametrize("name", ["GITHUB_ENV", "GITHUB_PATH"])
def test_code_that_steers_later_steps_is_caught(runner: Runner, name: str) -> None:
    runner.program(f'echo outcome=changed >>"$GITHUB_OUTPUT"; echo BASH_ENV=/tmp/evil >>"${name}"')
    code, printed = runner.run("action-run", "update")
    assert code == 0
    assert printed.startswith("::error title=flakebot update::something wrote to GITHUB_ENV or GITHUB_PATH")
    assert runner.outputs() == {"outcome": "refused", "exit-code": "1"}
    assert runner.written(name) == ""


ANCESTORS = """\
process=$$
while [ "$process" -gt 1 ] && grep -q action-run "/proc/$PPID/cmdline"; do
  tr '\\0' '\\n' <"/proc/$process/environ"
  [ "$process" != "$PPID" ] || break
  process=$PPID
done"""
"""Prints what a program in flakebot's place, and the step's shell above it, were started with."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
@pytest.mark.parametrize(("command", "is_kept"), [("update", False), ("propose", True)])
def test_the_shell_above_an_update_was_not_started_with_what_the_job_holds(
    runner: Runner, command: str, *, is_kept: bool
) -> None:
    job = {"MY_OWN": "hidden-1", "my-own": "hidden-2", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "hidden-3"}
    job |= {name: f"hidden-{name}" for name in SECRETS if name != "FLAKEBOT_NIX_TOKEN"}
    runner.program(ANCESTORS)
    code, printed = runner.run("action-run", command, **job, FLAKEBOT_NIX_TOKEN="shown", FLAKEBOT_CHECK="true")
    assert code == 0
    lines = printed.splitlines()
    assert lines.count("FLAKEBOT_NIX_TOKEN=shown") == lines.count("FLAKEBOT_CHECK=true") == 2
    assert ("hidden" in printed) == is_kept


def test_the_shell_keeps_for_an_update_what_flakebot_keeps(runner: Runner) -> None:
    kept = {
        name: f"kept {name}" for name in (*KEPT, *NIX_VARIABLES, "HTTPS_PROXY", "no_proxy", "LC_ALL", "XDG_X", "TZ")
    }
    kept.pop("GITHUB_OUTPUT")
    runner.program("env")
    _, printed = runner.run("action-run", "update", **kept)
    assert {f"{name}={value}" for name, value in kept.items()} <= set(printed.splitlines())


@pytest.mark.parametrize(
    ("codes", "concluded"),
    [
        pytest.param("0 0 0 0", 0, id="every command was content"),
        pytest.param("0   0  ", 0, id="what was skipped has no code"),
        pytest.param("0 1 1", 1, id="a broken update that was proposed is broken"),
        pytest.param("0 1 4", 1, id="the first failure counts"),
        pytest.param("0 0 130", 130, id="an interrupt is one"),
        pytest.param("", 2, id="no command at all is no success"),
        pytest.param("     ", 2, id="nor is a row of skipped ones"),
    ],
)
def test_the_first_failure_fails_the_job(runner: Runner, codes: str, concluded: int) -> None:
    assert runner.run("action-conclude", ACTION_EXIT_CODES=codes) == (concluded, "")
    assert runner.outputs() == {"exit-code": str(concluded)}
