"""Nix itself, in each version that is here, with a store of its own per test."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.git import open_checkout
from flakebot.adapters.nix import CheckPlan, NixCommand, Program
from flakebot.adapters.nix.argv import check_argv, nix_variables
from flakebot.adapters.nix.features import Implementation, NixVersion
from flakebot.adapters.nix.log import KEPT, is_unreachable, plain_line, plain_text, reason
from flakebot.adapters.process import contained
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import CheckOutcome, Sha, Token
from tests.adapters.workshop import commit_files, git, new_checkout

ROOT = Path(__file__).parents[2]
NIXES = {"system": None} | {folder.name: folder / "bin" for folder in sorted(ROOT.glob(".nix/*")) if folder.is_dir()}
"""The ``nix`` on PATH, and the versions that ``scripts/nix-versions`` brings."""

MINUTE = timedelta(minutes=1)
OLD, NEW = (
    NixVersion(implementation=Implementation.NIX, number=f"2.{minor}.0", release=(2, minor)) for minor in (8, 26)
)
DERIVATION = 'derivation {{ name = "t"; system = "{system}"; builder = "/bin/sh"; args = ["-c" {script}]; {more} }}'
SYSTEM = f"{os.uname().machine}-linux"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A flake with one input, in a checkout; an empty folder to export it to; Nix with a store of its own."""

    folder: Path
    nix: NixCommand

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def scratch(self) -> Path:
        return self.folder / "scratch"

    def write_input(self, value: str) -> None:
        (self.folder / "input").mkdir(exist_ok=True)
        (self.folder / "input" / "flake.nix").write_text(f"{{ outputs = _: {{ value = {value}; }}; }}")

    def write_flake(self, script: str, *, more: str = "", below: str = ".", header: str = "") -> Sha:
        check = DERIVATION.format(system=SYSTEM, script=f"''{script}''", more=more)
        flake = f"""{{
          {header}
          inputs.a.url = "path:{self.folder}/input";
          outputs = {{ self, a }}: {{ checks.{SYSTEM}.t = {check}; }};
        }}"""
        return Sha(commit_files(self.checkout, {f"{below}/flake.nix": flake}))

    def export(self, commit: Sha) -> None:
        open_checkout(self.checkout).export(commit, self.scratch)

    def update(self, told: list[str] | None = None) -> bytes:
        lines = [] if told is None else told
        return self.nix.update(self.scratch, limit=MINUTE, progress=lines.append).lock

    def record(self) -> Sha:
        return open_checkout(self.checkout).record(self.scratch, ("flake.lock",))


@pytest.fixture(params=NIXES)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    folder = Path(os.path.realpath(tmp_path))
    chosen = NIXES[request.param]
    if chosen is not None:
        monkeypatch.setenv("PATH", f"{chosen}:{os.environ['PATH']}")
    own = {"NIX_STORE_DIR": "store", "NIX_STATE_DIR": "state", "NIX_LOG_DIR": "log", "NIX_CONF_DIR": "configuration"}
    for name, below in (own | {"XDG_CACHE_HOME": "cache", "HOME": "home"}).items():
        monkeypatch.setenv(name, str(folder / "nix" / below))
    monkeypatch.delenv("NIX_REMOTE", raising=False)
    monkeypatch.setenv("NIX_CONFIG", "substituters =\nbuild-users-group =\nsandbox = false\n")
    new_checkout(folder / "checkout")
    made = Workplace(folder=folder, nix=NixCommand())
    made.write_input("1")
    yield made
    _remove(folder / "nix")


def _remove(folder: Path) -> None:
    """Remove a store, whose folders nobody may write."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)


def test_says_its_version(place: Workplace) -> None:
    assert re.fullmatch(r"2\.\d+\.\d+\S*", place.nix.version())


def test_updates_checks_and_leaves_the_lock_alone(place: Workplace) -> None:
    base = place.write_flake('echo "checked $value $rev $changed"; echo ok > $out', more=_FACTS)
    place.export(base)
    told: list[str] = []
    lock = place.update(told)
    assert b'"narHash"' in lock
    assert any("lock file" in line for line in told), told
    tree = place.record()
    report = place.nix.check(place.scratch, limit=MINUTE, progress=told.append)
    assert (report.outcome, (place.scratch / "flake.lock").read_bytes()) == (CheckOutcome.PASSED, lock)
    head = git(place.scratch, "rev-parse", "HEAD")
    assert f"checked 1 {head} 1767323045" in report.log, report.log
    assert any("checked 1" in line for line in told)
    assert git(place.scratch, "rev-parse", "HEAD^{tree}") == tree
    assert git(place.scratch, "status", "--porcelain") == ""


_FACTS = "value = toString a.value; rev = self.rev; changed = toString self.lastModified;"


def test_an_update_takes_the_newest_and_twice_is_the_same(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out"))
    old = place.update()
    assert place.update() == old
    place.write_input("2")
    assert place.update() != old


def test_a_flake_below_the_top_is_updated_there(place: Workplace) -> None:
    commit_files(place.checkout, {"README": "x"})
    place.export(place.write_flake("echo > $out", below="sub/dir"))
    flake = place.scratch / "sub" / "dir"
    assert b'"narHash"' in place.nix.update(flake, limit=MINUTE, progress=print).lock
    open_checkout(place.checkout).record(place.scratch, ("sub/dir/flake.lock",))
    report = place.nix.check(flake, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.PASSED, report.log


def test_a_check_never_writes_the_lock_that_is_missing(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out"))
    report = place.nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.FAILED
    assert "--no-update-lock-file" in report.log
    assert not (place.scratch / "flake.lock").exists()


def test_a_failing_check_is_a_report_with_its_log(place: Workplace) -> None:
    place.export(place.write_flake("echo because; exit 3"))
    place.update()
    place.record()
    report = place.nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.FAILED
    assert "t> because" in report.log


def test_arguments_reach_the_check_and_are_reported(place: Workplace) -> None:
    place.export(place.write_flake("exit 3"))
    place.update()
    place.record()
    nix = NixCommand(plan=CheckPlan(arguments=("--no-build",)))
    report = nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.PASSED, report.log
    assert report.command[-1] == "--no-build"


def test_a_check_that_hangs_is_ended_with_all_that_it_started(place: Workplace) -> None:
    notes = place.folder / "notes"
    notes.mkdir()
    script = (
        f"trap : TERM; (/bin/sleep 60 & echo $! > {notes}/1; wait) & /bin/sleep 60 & echo $! > {notes}/2; "
        f"/usr/bin/setsid /bin/sleep 60 & echo $! > {notes}/3; echo hanging; wait; wait; /bin/sleep 60"
    )
    place.export(place.write_flake(script))
    place.update()
    place.record()
    with contained():
        report = place.nix.check(place.scratch, limit=timedelta(seconds=4), progress=print)
    assert (report.outcome, "hanging" in report.log) == (CheckOutcome.TIMED_OUT, True)
    pids = [int(note.read_text()) for note in sorted(notes.iterdir())]
    assert len(pids) == 3
    deadline = time.monotonic() + 5
    while any(map(_is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in pids if _is_running(pid)]


def test_a_check_that_litters_does_not_get_into_the_commit(place: Workplace) -> None:
    script = f"cd {place.scratch}; echo forged > flake.lock; echo x > flake.nix; echo > litter; echo > $out"
    base = place.write_flake(script)
    place.export(base)
    lock = place.update()
    tree = place.record()
    report = place.nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.PASSED, report.log
    assert (place.scratch / "flake.lock").read_bytes() == b"forged\n", "the check did not litter"
    assert git(place.scratch, "rev-parse", f"{tree}:flake.nix") == git(place.checkout, "rev-parse", f"{base}:flake.nix")
    assert git(place.scratch, "cat-file", "blob", f"{tree}:flake.lock") + "\n" == lock.decode()


def test_no_secret_is_seen_by_the_evaluator_or_a_builder(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("FLAKEBOT_TOKEN", "FLAKEBOT_GPG_PRIVATE_KEY", "FLAKEBOT_GPG_PASSPHRASE", "GITHUB_TOKEN", "SSH_AUTH_SOCK")
    for name in names:
        monkeypatch.setenv(name, "verysecret")
    nix = NixCommand(plan=CheckPlan(arguments=("--impure",)))
    evaluated = " ".join(f'[${{builtins.getEnv "{name}"}}]' for name in names)
    script = (
        "/usr/bin/env; for f in /proc/self/environ /proc/$PPID/environ; do /usr/bin/tr '\\\\0' '\\\\n' < $f; done;"
        f" echo 'evaluated {evaluated}' ''${{NIX_BUILD_TOP:-}}; echo > $out"
    )
    place.export(place.write_flake(script))
    place.update()
    place.record()
    report = nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.PASSED, report.log
    assert "NIX_STORE=" in report.log, "the builder dumped nothing"
    assert "evaluated [] [] [] [] []" in report.log, "the evaluator dumped nothing"
    assert "verysecret" not in report.log


def test_what_a_flake_configures_is_not_asked_about_and_not_obeyed(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out", header='nixConfig.post-build-hook = "/bin/false";'))
    place.update()
    place.record()
    report = place.nix.check(place.scratch, limit=MINUTE, progress=print)
    assert report.outcome is CheckOutcome.PASSED, report.log
    assert "ignoring untrusted flake configuration setting" in report.log


def test_an_update_that_cannot_be_made_is_refused_with_the_reason(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out"))
    (place.folder / "input" / "flake.nix").unlink()
    with pytest.raises(RefusedError, match=r"`nix flake update` failed: error:.*flake\.nix"):
        place.update()


def test_a_flake_that_cannot_be_read_is_refused(place: Workplace) -> None:
    place.export(Sha(commit_files(place.checkout, {"flake.nix": "{ inputs = "})))
    with pytest.raises(RefusedError, match="syntax error"):
        place.update()


def test_an_input_that_does_not_answer_may_be_tried_again(place: Workplace) -> None:
    flake = '{ inputs.a.url = "https://127.0.0.1:1/a.tar.gz"; outputs = _: { }; }'
    place.export(Sha(commit_files(place.checkout, {"flake.nix": flake})))
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:1"):
        place.update()


def test_an_update_that_takes_too_long_is_ended(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out"))
    with pytest.raises(UnavailableError, match="did not end within"):
        place.nix.update(place.scratch, limit=timedelta(milliseconds=1), progress=print)


def test_a_flake_without_inputs_has_nothing_to_update(place: Workplace) -> None:
    place.export(Sha(commit_files(place.checkout, {"flake.nix": "{ outputs = _: { }; }"})))
    with pytest.raises(MisuseError, match="has no inputs"):
        place.update()


def test_a_token_is_added_to_what_is_configured_and_never_an_argument(place: Workplace) -> None:
    os.environ["NIX_CONFIG"] += "access-tokens = example.org=theirs"
    given = nix_variables(os.environ, Token("ghp_verysecret"), "github.com")["NIX_CONFIG"]
    assert given.splitlines()[-2:] == [
        "access-tokens = example.org=theirs",
        "extra-access-tokens = github.com=ghp_verysecret",
    ]
    place.export(place.write_flake("echo > $out"))
    nix = NixCommand(token=Token("ghp_verysecret"))
    told: list[str] = []
    assert nix.update(place.scratch, limit=MINUTE, progress=told.append).lock
    assert not [line for line in told if "verysecret" in line or "unknown setting" in line]


def test_says_that_nix_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MisuseError, match="the program nix is not on PATH") as caught:
        NixCommand().version()
    assert "https://nixos.org/download" in caught.value.advice


def test_a_nix_that_says_no_version_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nix").write_text("#!/bin/sh\necho broken\n")
    (tmp_path / "nix").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(UnavailableError, match="does not say a version of Nix, Determinate Nix or Lix: broken"):
        NixCommand().version()


def test_the_end_of_a_long_log_is_kept_as_plain_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = r"i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done; printf '\033[31mred\033[0m\n'"
    version = 'test "$1" != --version || { echo "nix (Nix) 2.26.3"; exit; }'
    (tmp_path / "nix").write_text(f"#!/bin/sh\n{version}\n{{ {lines}; }} >&2; exit 1\n")
    (tmp_path / "nix").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    told: list[str] = []
    report = NixCommand().check(tmp_path, limit=MINUTE, progress=told.append)
    assert report.outcome is CheckOutcome.FAILED
    assert report.log.endswith("line 29999\nred\n")
    assert len(report.log) < KEPT
    assert (told[0], told[-1], len(told)) == ("line 0", "red", 30001)


# Tables


def test_a_check_is_told_what_it_must_not_do() -> None:
    plan = CheckPlan(arguments=("--impure", "x y"))
    assert check_argv(Program(), plan, NEW, is_built=True)[5:] == (
        *("false", "flake", "check", "--no-update-lock-file", "--print-build-logs", "--keep-going", "--impure", "x y"),
    )


@pytest.mark.parametrize(
    ("inherited", "token", "expected"),
    [
        ({}, None, {}),
        ({"NIX_CONFIG": "cores = 1"}, None, {}),
        ({}, Token("t"), {"NIX_CONFIG": "extra-access-tokens = h=t\n"}),
        ({"NIX_CONFIG": " \n"}, Token("t"), {"NIX_CONFIG": "extra-access-tokens = h=t\n"}),
        ({"NIX_CONFIG": "cores = 1\n"}, Token("t"), {"NIX_CONFIG": "cores = 1\nextra-access-tokens = h=t\n"}),
    ],
)
def test_what_nix_is_given_besides(inherited: dict[str, str], token: Token | None, expected: dict[str, str]) -> None:
    assert nix_variables(inherited, token, "h") == expected


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("\x1b[1;31merror:\x1b[0m x", "error: x"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("\x1b(B\x1b[mx\x1b[2K", "x"),
        ("10%\r20%\r\ndone\n", "10%\n20%\ndone\n"),
        ("a\x00b\x08c\x9bd\te\n", "abcd\te\n"),
        ("ümlaut ☃\n", "ümlaut ☃\n"),
    ],
)
def test_a_log_is_plain_text(printed: str, plain: str) -> None:
    assert plain_text(printed) == plain


def test_a_line_stays_one_line() -> None:
    assert plain_line("one\rtwo") == "one two"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("error: unable to download 'https://api.github.com/x': HTTP error 429 ('')", True),
        ("error: unable to download 'x': Couldn't resolve host name (6)", True),
        ("error: unable to download 'x': Timeout was reached (28)", True),
        ("error: API rate limit exceeded for 1.2.3.4", True),
        ("error: attribute 'x' missing", False),
        ("error: unable to download 'https://github.com/o/r': HTTP error 404 ('Not Found')", False),
        ("", False),
    ],
)
def test_tells_what_may_be_tried_again_from_what_may_not(log: str, expected: bool) -> None:
    assert is_unreachable(log) is expected


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("warning: a\nerror: first\nerror:\n   … while x\n\n   error: last\n", "error: last"),
        ("one\ntwo\n", "two"),
        ("", "it said nothing"),
        ("error: " + "x" * 1000, ("error: " + "x" * 1000)[:600]),
    ],
)
def test_the_reason_is_nixs_last_error(log: str, expected: str) -> None:
    assert reason(log) == expected


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
