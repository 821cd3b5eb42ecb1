"""The program as a shell sees it: where it prints, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flakebot import __version__
from flakebot.cli import COMMANDS
from tests.text.candidates import lock

PROGRAM = (sys.executable, "-I", "-m", "flakebot")


def run(*words: str, stdout: int | None = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, *words),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def locks(tmp_path: Path) -> tuple[str, str]:
    """Two locks, the second newer."""
    old, new = tmp_path / "old.lock", tmp_path / "new.lock"
    old.write_bytes(lock({"nixpkgs": "1"}))
    new.write_bytes(lock({"nixpkgs": "2"}, days=1))
    return str(old), str(new)


def test_help_names_every_command_on_stdout() -> None:
    ended = run("--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert all(f"\n  {name} " in ended.stdout for name in COMMANDS)


def test_no_command_is_misuse_and_shows_the_help() -> None:
    ended = run()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("usage: flakebot COMMAND")


def test_an_interrupt_outside_the_call_leaves_no_traceback() -> None:
    early = "from flakebot import cli; import signal, sys; cli._call = lambda *_: signal.raise_signal(signal.SIGINT); "
    early += "sys.exit(cli.main(['diff']))"
    ended = subprocess.run((sys.executable, "-I", "-c", early), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "flakebot: interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_what_waits_for_a_file(number: signal.Signals, tmp_path: Path, locks: tuple[str, str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    argv = (*PROGRAM, "diff", locks[0], str(tmp_path / "pipe"))
    with (
        subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        (tmp_path / "pipe").open("w"),  # opened by both, and nothing comes
    ):
        process.send_signal(number)
        printed = process.communicate(timeout=30)
    assert (process.returncode, printed) == (130, ("", "flakebot: interrupted\n  Running it again is safe.\n"))


def test_an_unknown_command_names_the_nearest() -> None:
    ended = run("propse")
    assert (ended.returncode, ended.stderr) == (
        2,
        "flakebot: there is no command `propse`\n  Did you mean `propose`?\n",
    )
    ended = run("propse", "--json")
    document = json.loads(ended.stdout)
    assert (ended.returncode, document["command"], document["outcome"]) == (2, "propse", "misuse")
    assert document["message"] == "there is no command `propse`. Did you mean `propose`?"


def test_the_version_is_one_line() -> None:
    assert run("--version").stdout == f"flakebot {__version__}\n"


def test_text_goes_to_stderr_and_exactly_one_document_to_stdout(locks: tuple[str, str]) -> None:
    ended = run("diff", *locks, "--json")
    document = json.loads(ended.stdout)
    assert (document["schema"], document["command"], document["outcome"]) == (1, "diff", "clean")
    change = f"nixpkgs  {'1' * 7} → {'2' * 7}  (1 day newer)"
    assert ended.stderr == f"{change}\n1 input changed; the difference is clean.\n"
    assert run("diff", *locks).stderr == ended.stderr
    assert run("diff", *locks).stdout == ""


def test_swapped_locks_are_refused_with_code_1(locks: tuple[str, str]) -> None:
    old, new = locks
    ended = run("diff", new, old, "--json")
    assert (ended.returncode, json.loads(ended.stdout)["outcome"]) == (1, "refused")


def test_a_file_that_is_no_lock_is_misuse(locks: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text('{"a": 1}')
    ended = run("diff", locks[0], str(other))
    assert ended.returncode == 2
    assert "other is not a lock" in ended.stderr


def test_a_full_disk_under_stdout_is_said(locks: tuple[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run("diff", *locks, "--json", stdout=full.fileno())
    assert ended.returncode == 4
    assert "could not be written to stdout: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


PLUGGED = """
import sys
sys.path.insert(0, sys.argv[1])
{early}
from flakebot.cli import main
main(["diff", "--json", *sys.argv[2:]])
print("pydantic" in sys.modules, "nosy" in sys.modules)
"""


@pytest.mark.parametrize(
    ("early", "said"),
    [("", "True False"), ("import pydantic_settings", "True True")],  # the second shows that the plugin is one
    ids=["flakebot", "pydantic alone"],
)
def test_no_other_package_has_a_hand_in_the_parsing(
    locks: tuple[str, str], tmp_path: Path, early: str, said: str
) -> None:
    plugins = tmp_path / "site"
    (plugins / "nosy-1.dist-info").mkdir(parents=True)
    (plugins / "nosy-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: nosy\nVersion: 1\n")
    (plugins / "nosy-1.dist-info" / "entry_points.txt").write_text("[pydantic]\nnosy = nosy:plugin\n")
    (plugins / "nosy.py").write_text("class plugin:\n    new_schema_validator = lambda *_: (None, None, None)\n")
    argv = (sys.executable, "-I", "-c", PLUGGED.format(early=early), str(plugins), *locks)
    ended = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines()[-1:] == [said], ended.stderr


def test_on_a_terminal_the_step_at_work_is_shown_and_taken_away(locks: tuple[str, str]) -> None:
    ours, theirs = pty.openpty()
    watched = "from flakebot.cli.output import Output; o = Output(as_json=False, secrets=('hush',)); "
    watched += "o.say('Updating'); o.quote('fetching hush'); import time; time.sleep(2.5); o._live.end()"
    with subprocess.Popen(
        (sys.executable, "-I", "-c", watched), stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    ):
        os.close(theirs)
        shown = b""
        while part := _read(ours):
            shown += part
    os.close(ours)
    assert b"] Updating" in shown
    assert b"Updating: fetching ***" in shown
    assert b"hush" not in shown
    times = re.findall(rb"Updating: fetching \*\*\*[^\r\n]*?(\d:\d\d:\d\d)", shown)
    assert times == sorted(times)
    assert {b"0:00:01", b"0:00:02"} <= set(times)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side is closed
        return b""


@pytest.mark.parametrize(("asked", "shown"), [(["help"], "commands:"), (["help", "merge"], "usage: flakebot merge")])
def test_help_is_a_word_too(asked: list[str], shown: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-m", "flakebot", *asked], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0
    assert shown in ended.stdout


def test_a_variable_that_does_nothing_is_noticed() -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-m", "flakebot", "diff", "/nowhere", "/nowhere"],
        env={"PATH": os.defpath, "FLAKEBOT_HOLDS": "nixpkgs"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "note: FLAKEBOT_HOLDS is no setting and does nothing. Did you mean `FLAKEBOT_HOLD`?" in ended.stderr


@pytest.mark.parametrize("command", [("update",), ("verify", "--base", "a", "--head", "b")], ids=lambda words: words[0])
def test_a_working_directory_that_is_gone_is_misuse(command: tuple[str, ...], tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    ended = subprocess.run(
        ("sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", *PROGRAM, *command),
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr.splitlines()[-2:]) == (
        2,
        ["flakebot: the working directory is not there any more", "  Change into the checkout and run it again."],
    )


def test_an_update_that_cannot_leave_its_secrets_behind_does_nothing_and_says_so() -> None:
    without_python = "import sys; from flakebot.cli import main; sys.executable = '/nowhere/python'; "
    ended = subprocess.run(
        (sys.executable, "-I", "-c", without_python + "sys.exit(main(['update', '--json']))"),
        env={"PATH": os.defpath, "FLAKEBOT_TOKEN": "ghp_hush"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, json.loads(ended.stdout)["outcome"]) == (4, "failed")
    assert "could not start over without secrets: No such file or directory: /nowhere/python" in ended.stderr
