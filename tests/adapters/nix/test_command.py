"""Nix itself, in each version that is here, with a store of its own per test."""

from __future__ import annotations

import json
import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.git import open_checkout
from flakebot.adapters.nix import CheckPlan, NixCommand
from flakebot.adapters.nix.argv import nix_variables
from flakebot.adapters.nix.log import KEPT
from flakebot.adapters.process import contained
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import CheckOutcome, Sha, Token
from tests.adapters.nix.workplace import MINUTE, Workplace
from tests.adapters.workshop import commit_files, git


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
    assert b'"narHash"' in (place.nix.update(flake, limit=MINUTE, progress=print).lock or b"")
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
        report = place.nix.check(place.scratch, limit=timedelta(seconds=6), progress=print)
    assert (report.outcome, "hanging" in report.log) == (CheckOutcome.TIMED_OUT, True)
    pids = [int(note.read_text()) for note in sorted(notes.iterdir())]
    assert len(pids) == 3
    deadline = time.monotonic() + 30
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
    with pytest.raises(RefusedError, match=r"`nix flake update` failed( at the input a)?: error:.*flake\.nix"):
        place.update()


def test_a_flake_that_cannot_be_read_is_refused(place: Workplace) -> None:
    place.export(Sha(commit_files(place.checkout, {"flake.nix": "{ inputs = "})))
    with pytest.raises(RefusedError, match="syntax error"):
        place.update()


def test_of_an_input_that_is_not_there_the_reason_is_gits_own(place: Workplace) -> None:
    flake = '{ inputs.gone.url = "git+file:///nowhere/at/all"; outputs = _: { }; }\n'
    place.export(Sha(commit_files(place.checkout, {"flake.nix": flake})))
    with pytest.raises(RefusedError) as caught:
        place.update()
    assert re.search(r"'?/nowhere/at/all\S* does not (appear to be a git repository|exist)", str(caught.value))
    assert "--show-trace" not in str(caught.value)


def test_an_input_that_does_not_answer_may_be_tried_again(place: Workplace) -> None:
    flake = '{ inputs.a.url = "https://127.0.0.1:1/a.tar.gz"; outputs = _: { }; }'
    place.export(Sha(commit_files(place.checkout, {"flake.nix": flake})))
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:1"):
        place.update()


def test_only_the_named_inputs_move(place: Workplace) -> None:
    flake = "{{ inputs.a.url = {0}; inputs.b.url = {0}; outputs = _: {{ }}; }}".format(f'"path:{place.folder}/input"')
    place.export(Sha(commit_files(place.checkout, {"flake.nix": flake})))
    old = json.loads(place.update())["nodes"]
    place.write_input("2")
    run = place.nix.update(place.scratch, inputs=("b",), limit=MINUTE, progress=print)
    new = json.loads(run.lock or b"")["nodes"]
    assert (new["a"] == old["a"], new["b"] == old["b"]) == (True, False)


def test_an_input_that_is_not_there_cannot_be_updated(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out"))
    place.update()
    with pytest.raises(MisuseError, match="does not have all of these inputs: a, nothing") as caught:
        place.nix.update(place.scratch, inputs=("a", "nothing"), limit=MINUTE, progress=print)
    assert "does not match any input" in caught.value.advice


def test_an_old_nix_does_not_know_the_relative_inputs_of_a_lock(place: Workplace) -> None:
    sub = {"path": "./sub", "type": "path"}
    nodes = {"root": {"inputs": {"sub": "sub"}}, "sub": {"locked": sub, "original": sub, "parent": []}}
    files: dict[str, str | bytes] = {
        "flake.nix": '{ inputs.sub.url = "path:./sub"; outputs = _: { }; }',
        "sub/flake.nix": "{ outputs = _: { }; }",
        "flake.lock": json.dumps({"nodes": nodes, "root": "root", "version": 7}),
    }
    place.export(Sha(commit_files(place.checkout, files)))
    if not place.nix.version().startswith("2.8."):
        assert json.loads(place.update())["nodes"] == nodes
        return
    with pytest.raises(RefusedError, match="mutable lock") as caught:
        place.update()
    assert caught.value.advice == "Nix 2.8.0 has no inputs by a relative path; use 2.26 or newer."


def test_an_update_that_takes_too_long_is_ended(place: Workplace) -> None:
    place.export(place.write_flake("echo > $out"))
    with pytest.raises(UnavailableError, match="did not end within"):
        place.nix.update(place.scratch, limit=timedelta(milliseconds=1), progress=print)


def test_a_flake_without_inputs_has_no_lock(place: Workplace) -> None:
    place.export(Sha(commit_files(place.checkout, {"flake.nix": "{ outputs = _: { }; }"})))
    run = place.nix.update(place.scratch, limit=timedelta(minutes=1), progress=print)
    assert run.lock is None


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


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
