"""The one door to other programs, tried on real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.environment import allowed_environment
from flakebot.adapters.process import Completed, TimedOut, contained, run, running
from flakebot.errors import MisuseError, UnavailableError
from flakebot.interrupts import heed
from tests.adapters.signals import send_when_written

SECOND = timedelta(seconds=1)


def shell(script: str, *, limit: timedelta = 20 * SECOND, stdin: bytes | None = None, keep: int = 4096) -> Completed:
    ended = run(
        ("sh", "-c", script), cwd=Path("/"), environment=allowed_environment(), limit=limit, stdin=stdin, keep=keep
    )
    assert isinstance(ended, Completed)
    return ended


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def assert_gone(pids: list[int]) -> None:
    assert pids, "no process was noted, so nothing was tried"
    deadline = time.monotonic() + 30
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in pids if is_running(pid)]


@pytest.mark.parametrize(
    "name",
    [
        *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER", "XDG_RUNTIME_DIR"),
        *("https_proxy", "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO", "NIX_SSL_CERT_FILE"),
    ],
)
def test_passes_on_what_every_program_needs(name: str) -> None:
    assert allowed_environment(source={name: "x"}) == {name: "x"}


@pytest.mark.parametrize(
    "name",
    [
        *("FLAKEBOT_TOKEN", "FLAKEBOT_GPG_PRIVATE_KEY", "GITHUB_TOKEN", "GH_TOKEN", "AWS_SECRET_ACCESS_KEY"),
        *("ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SSH_AUTH_SOCK", "GNUPGHOME"),
        *("GIT_DIR", "GIT_CONFIG_COUNT", "GIT_SSH_COMMAND", "GIT_TRACE_CURL", "LD_PRELOAD", "PYTHONPATH"),
        *("NIX_CONFIG", "NIX_REMOTE", "path", "home"),
    ],
)
def test_keeps_everything_else_back(name: str) -> None:
    assert allowed_environment(source={name: "x"}) == {}


def test_a_named_variable_passes_and_an_extra_one_wins() -> None:
    inherited = {"NIX_CONFIG": "theirs", "NIX_REMOTE": "daemon"}
    assert allowed_environment(inherited, {"NIX_CONFIG": "ours"}, source=inherited) == {
        "NIX_CONFIG": "ours",
        "NIX_REMOTE": "daemon",
    }


def test_a_program_sees_the_given_environment_and_nothing_else() -> None:
    given = {"PATH": os.environ["PATH"], "ONLY": "this"}
    ended = run(("env", "-0"), cwd=Path("/"), environment=given, limit=SECOND)
    assert isinstance(ended, Completed)
    seen = dict(line.split("=", 1) for line in ended.stdout.decode().split("\0")[:-1])
    assert seen == given


def test_returns_code_outputs_and_duration() -> None:
    ended = shell("echo out; echo err >&2; sleep 0.2; exit 7")
    assert (ended.code, ended.stdout, ended.stderr) == (7, b"out\n", "err\n")
    assert timedelta(seconds=0.2) <= ended.duration < 5 * SECOND


def test_a_signal_is_a_negative_code() -> None:
    assert shell("kill -9 $$").code == -signal.SIGKILL


def test_runs_in_the_folder_it_is_given(tmp_path: Path) -> None:
    ended = run(("pwd", "-P"), cwd=tmp_path, environment=allowed_environment(), limit=SECOND)
    assert isinstance(ended, Completed)
    assert ended.stdout.decode().strip() == str(tmp_path.resolve())


def test_nobody_can_be_asked_anything() -> None:
    assert shell("cat; test -t 0 || echo no terminal").stdout == b"no terminal\n"


def test_feeds_more_than_a_pipe_holds_and_reads_it_back() -> None:
    content = os.urandom(3_000_000)
    assert shell("cat", stdin=content, keep=10_000_000).stdout == content


def test_a_program_that_does_not_read_its_stdin_is_no_failure() -> None:
    assert shell("exec true", stdin=b"x" * 1_000_000).code == 0


def test_keeps_the_end_of_a_long_output_and_counts_what_it_lost() -> None:
    ended = shell("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done", keep=1000)
    assert len(ended.stdout) == 1000
    assert ended.stdout.endswith(b"line 4998\nline 4999\n")
    assert ended.cut == sum(len(f"line {number}\n") for number in range(5000)) - 1000


def test_memory_stays_bounded_whatever_is_printed() -> None:
    script = """
import resource, sys
from datetime import timedelta
from pathlib import Path
from flakebot.adapters.environment import allowed_environment
from flakebot.adapters.process import run
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
ended = run(("head", "-c", "300000000", "/dev/zero"), cwd=Path("/"), environment=allowed_environment(),
            limit=timedelta(seconds=30), progress=lambda line: None, keep=1000)
assert ended.cut == 299999000, ended.cut
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    grown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert int(grown.stdout) < 20_000


def test_tells_each_line_as_it_is_printed(tmp_path: Path) -> None:
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        (tmp_path / "told").touch()

    ended = run(
        ("sh", "-c", "echo one >&2; until [ -e told ]; do sleep 0.01; done; printf 'two\\r\\nthr\\377ee' >&2"),
        cwd=tmp_path,
        environment=allowed_environment(),
        limit=20 * SECOND,
        progress=tell,
    )
    assert isinstance(ended, Completed)
    assert told == ["one", "two", "thr�ee"]


def test_both_outputs_are_one_in_the_order_of_printing_when_joined() -> None:
    told: list[str] = []
    ended = run(
        ("/bin/sh", "-c", "echo one; echo two >&2; echo three"),
        cwd=Path("/"),
        environment=allowed_environment(),
        limit=20 * SECOND,
        progress=told.append,
        is_joined=True,
    )
    assert (ended.stdout, ended.stderr) == (b"one\ntwo\nthree\n", "one\ntwo\nthree\n")
    assert told == ["one", "two", "three"]


def test_a_path_where_no_program_is_is_named(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match=f"{tmp_path}/nix is no program that can be run"):
        run((f"{tmp_path}/nix",), cwd=tmp_path, environment=allowed_environment(), limit=SECOND)


def test_names_a_program_that_is_missing_and_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="the program nix is not on PATH") as caught:
        run(("nix", "--version"), cwd=tmp_path, environment={"PATH": str(tmp_path)}, limit=SECOND)
    assert "nixos.org" in caught.value.advice


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"could not be started in .*gone"):
        run(("true",), cwd=tmp_path / "gone", environment=allowed_environment(), limit=SECOND)


@pytest.mark.parametrize("stubborn", ["", "trap '' TERM;"], ids=["willing", "ignoring TERM"])
def test_the_end_of_its_time_ends_a_program_and_its_grandchildren(tmp_path: Path, stubborn: str) -> None:
    script = (
        f"{stubborn} echo begun; (sleep 60 & echo $! > {tmp_path}/1; wait) & sleep 60 & echo $! > {tmp_path}/2; wait"
    )
    ended = run(("sh", "-c", script), cwd=tmp_path, environment=allowed_environment(), limit=3 * SECOND)
    assert isinstance(ended, TimedOut)
    assert ended.stdout == b"begun\n"
    assert_gone([int((tmp_path / name).read_text()) for name in ("1", "2")])


def test_a_program_that_closed_its_outputs_is_still_ended_in_time(tmp_path: Path) -> None:
    ended = run(
        ("sh", "-c", "exec sleep 60 >&- 2>&-"), cwd=tmp_path, environment=allowed_environment(), limit=SECOND / 2
    )
    assert isinstance(ended, TimedOut)
    assert ended.duration < 30 * SECOND


def test_children_that_a_program_leaves_behind_end_with_it(tmp_path: Path) -> None:
    ended = shell(f"sleep 60 & echo $! > {tmp_path}/1; echo done")
    assert (ended.code, ended.stdout) == (0, b"done\n")
    assert ended.duration < 30 * SECOND
    assert_gone([int((tmp_path / "1").read_text())])


def test_an_interrupt_ends_the_program_too(tmp_path: Path) -> None:
    script = f"""
from datetime import timedelta
from pathlib import Path
from flakebot.adapters.environment import allowed_environment
from flakebot.adapters.process import run
run(("sh", "-c", "echo $$ > {tmp_path}/1; sleep 60 & echo $! > {tmp_path}/2; wait"), cwd=Path("/"),
    environment=allowed_environment(), limit=timedelta(seconds=60))
"""
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) as caller:
        noted = [tmp_path / "1", tmp_path / "2"]
        deadline = time.monotonic() + 30
        while not all(note.exists() and note.read_text() for note in noted) and time.monotonic() < deadline:
            time.sleep(0.02)
        caller.send_signal(signal.SIGINT)
        _, stderr = caller.communicate(timeout=30)
    assert b"KeyboardInterrupt" in stderr
    assert_gone([int(note.read_text()) for note in noted])


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("outputs", ["", "exec >&- 2>&-;"], ids=["while it may print", "after it closed its outputs"])
def test_a_signal_ends_the_program_that_is_followed(
    tmp_path: Path, outputs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flakebot.interrupts.PATIENCE", 60.0)
    began = time.monotonic()
    argv = ("sh", "-c", f"{outputs} echo $$ > {tmp_path}/1; exec sleep 60")
    send_when_written(signal.SIGTERM, tmp_path / "1")
    with pytest.raises(KeyboardInterrupt):
        run(argv, cwd=tmp_path, environment=allowed_environment(), limit=40 * SECOND)
    assert time.monotonic() - began < 30
    assert_gone([int((tmp_path / "1").read_text())])


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("end", ["exit 0", "kill -INT $$"])
def test_what_ends_when_a_signal_comes_is_no_result(end: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        shell(f"kill -INT {os.getpid()}; {end}")


@pytest.mark.usefixtures("listening")
def test_no_other_thread_starts_or_follows_a_program_once_the_main_one_was_interrupted(tmp_path: Path) -> None:
    def follow_two() -> list[str]:
        ended = []
        for argv in (("sleep", "20"), ("touch", str(tmp_path / "begun"))):
            try:
                run(argv, cwd=tmp_path, environment=allowed_environment(), limit=30 * SECOND)
            except KeyboardInterrupt:
                ended.append("interrupted")
        return ended

    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(follow_two)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            heed()
        assert following.result(timeout=15) == ["interrupted", "interrupted"]
    assert not (tmp_path / "begun").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux hands on orphans")
@pytest.mark.usefixtures("listening")
def test_a_signal_does_not_spare_what_fled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flakebot.adapters.process.containment._PAUSE", 1.0)
    monkeypatch.setattr("flakebot.interrupts.PATIENCE", 0.2)
    with contained():
        shell(f"cd {tmp_path}; setsid sleep 60 & echo $! > 1")
        signal.raise_signal(signal.SIGTERM)
    assert_gone([int((tmp_path / "1").read_text())])
    with pytest.raises(KeyboardInterrupt):
        heed()


@pytest.mark.usefixtures("listening")
def test_after_a_signal_no_program_is_started(tmp_path: Path) -> None:
    signal.raise_signal(signal.SIGINT)
    with (
        pytest.raises(KeyboardInterrupt),
        running(("sleep", "60"), cwd=tmp_path, environment=allowed_environment(), limit=20 * SECOND),
    ):
        pytest.fail("it was started")


def test_a_program_goes_on_meanwhile_and_is_followed_to_its_end(tmp_path: Path) -> None:
    argv = ("sh", "-c", "echo begun > begun; while [ ! -e told ]; do sleep 0.01; done; echo told; echo why >&2; exit 3")
    with running(argv, cwd=tmp_path, environment=allowed_environment(), limit=20 * SECOND) as follow:
        deadline = time.monotonic() + 20
        while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        (tmp_path / "told").touch()
        ended = follow()
    assert isinstance(ended, Completed)
    assert (ended.code, ended.stdout, ended.stderr) == (3, b"told\n", "why\n")


@pytest.mark.parametrize("leaves_by", [KeyboardInterrupt, None], ids=["an interrupt", "its end"])
def test_a_program_that_nobody_followed_ends_with_its_children(
    tmp_path: Path, leaves_by: type[BaseException] | None
) -> None:
    argv = ("sh", "-c", "sleep 60 & echo $! $$ > noted; wait")
    note = tmp_path / "noted"
    started = time.monotonic()
    with (
        pytest.raises(leaves_by) if leaves_by is not None else nullcontext(),
        running(argv, cwd=tmp_path, environment=allowed_environment(), limit=60 * SECOND),
    ):
        while not (note.exists() and note.read_text()) and time.monotonic() < started + 20:
            time.sleep(0.01)
        if leaves_by is not None:
            raise leaves_by
    assert_gone([int(pid) for pid in note.read_text().split()])
    assert time.monotonic() < started + 30


def test_a_program_that_ended_in_time_is_read_however_late(tmp_path: Path) -> None:
    argv = ("sh", "-c", "echo said")
    with running(argv, cwd=tmp_path, environment=allowed_environment(), limit=timedelta(seconds=0.1)) as follow:
        time.sleep(0.5)
        ended = follow()
        with pytest.raises(RuntimeError, match="was followed to its end already"):
            follow()
    assert isinstance(ended, Completed)
    assert (ended.code, ended.stdout) == (0, b"said\n")


def test_what_a_program_leaves_behind_ends_when_it_was_followed(tmp_path: Path) -> None:
    argv = ("sh", "-c", "sleep 60 & echo $!")
    with running(argv, cwd=tmp_path, environment=allowed_environment(), limit=20 * SECOND) as follow:
        assert_gone([int(follow().stdout)])


def test_the_time_of_a_program_counts_from_its_start(tmp_path: Path) -> None:
    limit = timedelta(seconds=0.2)
    with running(("sleep", "60"), cwd=tmp_path, environment=allowed_environment(), limit=limit) as follow:
        time.sleep(0.3)
        before = time.monotonic()
        assert isinstance(follow(), TimedOut)
        assert time.monotonic() < before + 10


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux hands on orphans")
def test_what_fled_from_its_group_and_its_parents_ends_with_the_command(tmp_path: Path) -> None:
    flee = f"cd {tmp_path}; setsid sh -c 'sleep 60 & echo $! > 1'; setsid sleep 60 & echo $! > 2"
    flee += "; until [ -s 1 ] && [ -s 2 ]; do sleep 0.01; done"
    with subprocess.Popen(["sleep", "60"]) as bystander:
        with contained():
            shell(flee)
            fled = [int((tmp_path / name).read_text()) for name in ("1", "2")]
            assert all(map(is_running, fled)), "nothing fled, so nothing was tried"
        assert_gone(fled)
        assert is_running(bystander.pid)
        bystander.kill()


def test_nothing_is_contained_twice() -> None:
    with contained(), pytest.raises(RuntimeError, match="contained already"), contained():
        pass
    with contained():
        pass  # it is free again
