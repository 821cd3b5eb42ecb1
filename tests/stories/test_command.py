"""`flakebot rehearse` as a person or a program calls it: lists, serves, keeps, refuses."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL
from pathlib import Path
from typing import IO

import pytest

from flakebot.rehearsal.people import CONSUMER, OWNER
from flakebot.rehearsal.stories import STORIES

_README_RUN = re.compile(r"This is `scripts/rehearse --verbose`.*?\n```\n(.*?)```", re.DOTALL)
REHEARSE = (sys.executable, "-I", "-m", "flakebot", "rehearse")


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run((*REHEARSE, *arguments), check=False, capture_output=True, text=True, timeout=120)


def test_lists_every_story_with_what_it_is_about() -> None:
    ended = rehearse("--list")
    assert ended.returncode == 0
    assert [line.split()[0] for line in ended.stdout.splitlines()] == list(STORIES)
    assert all(story.about in ended.stdout for story in STORIES.values())


def test_lists_them_as_one_document() -> None:
    document = json.loads(rehearse("--list", "--json").stdout)
    assert [story["name"] for story in document["scenarios"]] == list(STORIES)


def test_asks_whether_the_nearest_story_was_meant() -> None:
    ended = rehearse("--scenario", "tampred")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "there is no scenario `tampred`" in ended.stderr
    assert "Did you mean `tampered`?" in ended.stderr


def test_keeps_nothing_in_a_folder_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    ended = rehearse("--keep", str(tmp_path))
    assert ended.returncode == 2
    assert "holds other files" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_keeps_what_it_is_asked_to_keep_and_replaces_it_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for _ in range(2):
        ended = rehearse("--scenario", "self-approval", "--keep", str(folder), "--json")
        assert ended.returncode == 2, ended.stderr
        assert "whoami: misuse" in ended.stderr
        assert json.loads(ended.stdout)["folder"] == str(folder)
    assert "update-bot" in (folder / "run-1" / "whoami" / "stderr").read_text()
    assert not (folder / "run-2").exists()


def test_leaves_no_file_and_no_process_behind(tmp_path: Path) -> None:
    ended = subprocess.run(
        (*REHEARSE, "--scenario", "self-approval"),
        env=os.environ | {"TMPDIR": str(tmp_path)},
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert ended.returncode == 2
    assert list(tmp_path.iterdir()) == []
    told = str(tmp_path).encode()
    assert [line for line in map(_arguments, Path("/proc").glob("[0-9]*")) if told in line] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_middle_of_a_step_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen((*REHEARSE,), env=environment, stderr=subprocess.PIPE, text=True) as process:
        while "whoami: known" not in _line(process.stderr):
            pass
        time.sleep(0.6)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
    told = str(tmp_path).encode()
    assert [line for line in map(_arguments, Path("/proc").glob("[0-9]*")) if told in line] == []


def _arguments(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("module", ["starlette", "trustme", "uvicorn"])
def test_says_how_to_install_what_it_needs_beyond_flakebot(module: str) -> None:
    without = f"import sys; sys.modules[{module!r}] = None; from flakebot.cli import main; sys.exit(main(['rehearse']))"
    ended = subprocess.run((sys.executable, "-I", "-c", without), check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert module in ended.stderr
    assert "pip install 'flakebot[rehearsal]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_shows_what_the_steps_print_when_asked_to() -> None:
    whispered, told = rehearse("--scenario", "self-approval"), rehearse("--scenario", "self-approval", "--verbose")
    words = "error title=flakebot whoami::the approver's token belongs to update-bot"
    assert words not in whispered.stderr
    assert words in told.stderr
    assert "::add-mask::" not in told.stderr


def test_prints_what_the_readme_shows_of_it() -> None:
    shown = _README_RUN.search((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8"))
    assert shown is not None
    printed = rehearse("--verbose").stderr.splitlines()
    expected = [_neutral(line) for line in shown[1].splitlines()]
    assert [line for line in map(_neutral, printed) if not line.startswith(" " * 8)] == expected


def _neutral(line: str) -> str:
    """Return a line without what differs from run to run: times, commits and the version of Nix."""
    line = re.sub(r"\[ *\d+\.\ds\]|\b[0-9a-f]{7}\b", "X", line)
    return re.sub(r"Nix [^ ].*", "Nix X", line)


def test_says_why_a_step_failed_without_being_asked_to() -> None:
    said = rehearse("--scenario", "self-approval").stderr
    assert "whoami: misuse (exit code 2)" in said
    assert "] whoami says: the approver's token belongs to update-bot, expected approve-bot." in said


@pytest.mark.slow
def test_says_what_it_waits_for_and_what_it_left_to_a_person_where_nothing_is_wrong() -> None:
    said = rehearse("--scenario", "missing-check").stderr
    assert re.search(
        r"approve: waiting \(exit code 0\)\n.*\] approve says: https://\S+ is not approved yet: .*build", said
    )
    said = rehearse("--scenario", "one-bad-input").stderr
    assert re.search(r"update: changed \(exit code 0\)\n.*\] update says: .*Left to a person: ", said)
    assert "merge says:" not in said


def test_says_which_tool_is_missing(tmp_path: Path) -> None:
    ended = subprocess.run(REHEARSE, env={"PATH": str(tmp_path)}, check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "git, gpg, gpgconf, nix" in ended.stderr


def _line(stream: IO[str] | None) -> str:
    """Read one line; there has to be one."""
    assert stream is not None
    line = stream.readline()
    assert line, "the rehearsal ended early"
    return line


@contextmanager
def serving(*arguments: str, stdout: int | IO[str] = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen((*REHEARSE, "--serve", *arguments), stdout=stdout, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_serves_its_world_to_git_and_gh_until_it_is_interrupted(tmp_path: Path) -> None:
    with serving("--json") as process:
        document = json.loads(_line(process.stdout))
        assert (document["outcome"], document["pid"]) == ("serving", process.pid)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **document["environment"]}
        shown = _output(("gh", "api", "user", "--jq", ".login"), environment)
        cloned = _output(("git", "ls-remote", f"https://github.com/{CONSUMER}.git", "main"), environment)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
    assert shown == f"{OWNER}\n"
    assert cloned.endswith("\trefs/heads/main\n")
    assert process.returncode == 130
    assert "\n  gh pr list\n" in said
    assert "Traceback" not in said
    assert "the stand-in GitHub is gone" in said
    assert "again goes on" not in said
    assert not Path(document["folder"]).exists()


def test_a_signal_that_does_not_end_the_wait_ends_serving_all_the_same() -> None:
    with serving() as process:
        while "no other GitHub knows them" not in _line(process.stderr):
            pass
        time.sleep(0.5)  # until it waits
        threads = {int(thread.name) for thread in Path(f"/proc/{process.pid}/task").iterdir()}
        beside = max(threads - {process.pid})
        assert CDLL(None).tgkill(process.pid, beside, signal.SIGTERM) == 0  # as if it had come just before the wait
        process.communicate(timeout=30)
    assert process.returncode == 130


def test_serves_with_lines_that_a_shell_takes() -> None:
    with serving() as process:
        lines = [_line(process.stdout)]
        while "FLAKEBOT_GPG_PASSPHRASE" not in lines[-1]:
            lines.append(_line(process.stdout))
    words = shlex.split("".join(lines))
    assert set(words[::2]) == {"export"}
    assert f"GITHUB_REPOSITORY={CONSUMER}" in words


def test_serves_a_shell_that_reads_the_file_with_a_cache_and_a_flakebot_of_its_own(tmp_path: Path) -> None:
    home, script = tmp_path / "home", tmp_path / "stand-in.sh"
    home.mkdir()
    with script.open("w") as stdout, serving(stdout=stdout) as process:
        while "no other GitHub knows them" not in _line(process.stderr):
            pass
        clone = f"git clone --quiet https://github.com/{CONSUMER}.git && cd {CONSUMER.name}"
        played = f". {script} && {clone} && command -v flakebot >&2 && flakebot update --no-check --json"
        bare = {"PATH": os.environ["PATH"], "HOME": str(home)}
        shell = ("sh", "-c", played)
        ended = subprocess.run(shell, cwd=tmp_path, env=bare, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["outcome"] == "changed"
    assert ended.stderr.startswith(f"{Path(sys.executable).parent / 'flakebot'}\n")
    assert not (home / ".cache").exists()


def _output(argv: tuple[str, ...], environment: dict[str, str]) -> str:
    ended = subprocess.run(argv, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
