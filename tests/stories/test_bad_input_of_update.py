"""`update` on bad input: each a sentence that says what to do, its exit code, and no candidate."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot.rehearsal.runner import Runner
from flakebot.rehearsal.steps import Environment
from flakebot.rehearsal.world import World
from tests.stories.bad_input import Row, Spoil, assert_explained, assert_nothing_written, run_spoiled
from tests.stories.stage import said, world_of

OLD_CANDIDATE = b"of an earlier run"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with world_of("good") as world:
        yield world


@pytest.fixture
def runner(world: World, tmp_path: Path) -> Runner:
    runner = Runner.create(tmp_path, world)
    runner.outputs["whoami"] = {"exit-code": "0"}
    return runner


def _commit(runner: Runner, path: str, content: str | None) -> None:
    """Commit one file's new content, or its removal, to the checkout."""
    file = runner.workspace / path
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    who = ("-c", "user.name=homelab", "-c", "user.email=homelab@homelab.example")
    subprocess.run(("git", *who, "commit", "-qm", "Change it", "--", path), cwd=runner.workspace, check=True)


def _no_flake(runner: Runner, environment: Environment) -> Environment:
    _commit(runner, "flake.nix", None)
    return environment


def _garbage_lock(runner: Runner, environment: Environment) -> Environment:
    _commit(runner, "flake.lock", "<<<<<<< HEAD\n")
    return environment


def _garbage_configuration(runner: Runner, environment: Environment) -> Environment:
    _commit(runner, ".github/flakebot.toml", "author = update-bot\n")
    return environment


def _unknown_key(runner: Runner, environment: Environment) -> Environment:
    _commit(runner, ".github/flakebot.toml", 'check-argument = ["--impure"]\n')
    return environment


def _wrong_value_of_another_command(runner: Runner, environment: Environment) -> Environment:
    _commit(runner, ".github/flakebot.toml", "wait = 30\n")
    return environment


def _given(**settings: str) -> Spoil:
    return lambda _, environment: environment | {f"FLAKEBOT_{name}": value for name, value in settings.items()}


def _without(*missing: str) -> dict[str, str]:
    """Return a PATH that has every program of this machine but those."""
    tools = ("git", "gpg", "gpgconf", "gpg-agent", "nix", "sh", "date", "env", "uname", "ssh")
    places = {tool: shutil.which(tool) for tool in tools if tool not in missing}
    return {tool: place for tool, place in places.items() if place is not None}


def path_without(folder: Path, *missing: str) -> str:
    folder.mkdir()
    for tool, place in _without(*missing).items():
        (folder / tool).symlink_to(place)
    return str(folder)


def _no_nix(runner: Runner, environment: Environment) -> Environment:
    return environment | {"PATH": path_without(runner.folder / "tools", "nix")}


def _no_git(runner: Runner, environment: Environment) -> Environment:
    return environment | {"PATH": path_without(runner.folder / "tools", "git")}


def _no_checkout(runner: Runner, environment: Environment) -> Environment:
    shutil.rmtree(runner.workspace / ".git")
    return environment


def _unknown_base(runner: Runner, environment: Environment) -> Environment:
    return environment | {"FLAKEBOT_BASE": "release"}


def _no_room(runner: Runner, environment: Environment) -> Environment:
    (runner.folder / "file").touch()
    return environment | {"FLAKEBOT_CANDIDATE": str(runner.folder / "file" / "candidate")}


def _no_network(_runner: Runner, environment: Environment) -> Environment:
    return environment | {"https_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}


def _renamed_upstream(runner: Runner, environment: Environment) -> Environment:
    flake = (runner.workspace / "flake.nix").read_text()
    _commit(runner, "flake.nix", flake.replace("nixlab/art", "nixlab/arts"))
    return environment


ROWS = (
    Row(name="no flake", spoil=_no_flake, code=2, says=("there is no flake.nix in commit", "directory")),
    Row(name="unparsable lock", spoil=_garbage_lock, code=2, says=("is not a lock", "nix flake lock")),
    Row(name="unparsable configuration", spoil=_garbage_configuration, code=2, says=("is not TOML", "base branch")),
    Row(
        name="unknown key",
        spoil=_unknown_key,
        code=2,
        says=("unknown key `check-argument`", "Did you mean `check-arguments`?"),
        is_advice_needed=False,
    ),
    Row(
        name="wrong value",
        spoil=_given(CHECK_LIMIT="soon"),
        code=2,
        says=("FLAKEBOT_CHECK_LIMIT: expected a whole number and a unit",),
    ),
    Row(
        name="a wrong value that only another command would use",
        spoil=_wrong_value_of_another_command,
        code=2,
        says=(".github/flakebot.toml: wait is 30, expected a whole number and a unit", "docs/configuration.md"),
    ),
    Row(name="no Nix", spoil=_no_nix, code=2, says=("nix", "Install")),
    Row(name="another Nix", spoil=_given(NIX="nix-9"), code=2, says=("the program nix-9 is not on PATH", "Install")),
    Row(
        name="an argument that Nix does not know",
        spoil=_given(NIX_ARGUMENTS="--no-such-thing"),
        code=2,
        says=("unrecognised flag '--no-such-thing'", "nix-arguments"),
    ),
    Row(
        name="a check that changes the lock",
        spoil=_given(CHECK_COMMAND="sh -c 'echo >> flake.lock'"),
        code=1,
        says=("the check command `sh` changed flake.lock", "--no-update-lock-file"),
    ),
    Row(
        name="a check command that is not there",
        spoil=_given(CHECK_COMMAND="./no-such-check --fast"),
        code=2,
        says=("the check command `./no-such-check` is no program that can be run", "check-command"),
    ),
    Row(
        name="two ways to check",
        spoil=_given(CHECK_COMMAND="true", ALL_SYSTEMS="true"),
        code=2,
        says=("check-command replaces nix flake check",),
    ),
    Row(
        name="too little room to check",
        spoil=_given(CHECK_DISK="900T"),
        code=4,
        says=("`check-disk` asks for 921600.0 GiB", "Make room"),
    ),
    Row(name="no git", spoil=_no_git, code=2, says=("git", "Install")),
    Row(name="no checkout", spoil=_no_checkout, code=2, says=("is in no git repository", "check it out")),
    Row(name="unknown base", spoil=_unknown_base, code=2, says=("release",)),
    Row(name="nowhere to write", spoil=_no_room, code=2, says=("candidate",)),
    Row(name="no network", spoil=_no_network, code=4, says=("nix flake update", "run it again")),
    Row(name="an input that is gone", spoil=_renamed_upstream, code=1, says=("nixlab/arts", "Is it still there?")),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_bad_input_is_explained_and_leaves_no_candidate(runner: Runner, row: Row) -> None:
    end = run_spoiled(runner, "update", row)

    assert_explained(end, row)
    assert list((runner.folder / "temp").iterdir()) == []
    assert_nothing_written(runner.world)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="a full disk is made with Linux' unshare")
def test_a_full_disk_leaves_no_candidate_and_none_of_an_earlier_run(runner: Runner) -> None:
    script = f"""
        mount -t tmpfs -o size=12k tmpfs "$RUNNER_TEMP" || exit 99
        mkdir "$RUNNER_TEMP/flakebot-candidate"
        printf '{OLD_CANDIDATE.decode()}' >"$RUNNER_TEMP/flakebot-candidate/update.json"
        "$@"
        code=$?
        cd "$RUNNER_TEMP" && find . -type f | sort >"$GITHUB_WORKSPACE/left"
        exit $code
    """
    alone = ("unshare", *(() if os.geteuid() == 0 else ("--map-root-user",)), "--mount")
    if subprocess.run((*alone, "true"), capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk; below a chroot nobody can")
    crowded = Runner(
        folder=runner.folder,
        world=runner.world,
        nix=runner.nix,
        python=(*alone, "sh", "-c", script, "sh", sys.executable, "-I"),
        outputs=runner.outputs,
    )

    end = crowded.run("update", {})

    assert end.ended.code == 4, said(end)
    assert "No space left on device" in said(end)
    assert "Traceback" not in said(end)
    assert (runner.workspace / "left").read_text() == ""


def _no_lock(runner: Runner) -> None:
    _commit(runner, "flake.lock", None)


def _dirt(runner: Runner) -> None:
    (runner.workspace / "check.sh").write_text("exit 1\n")
    (runner.workspace / "flake.lock").write_text("{}\n")
    (runner.workspace / ".github" / "flakebot.toml").write_text("no TOML at all\n")
    (runner.workspace / "stray").touch()


def _detach(runner: Runner) -> None:
    subprocess.run(("git", "checkout", "-q", "--detach"), cwd=runner.workspace, check=True)


@pytest.mark.parametrize("happen", [_no_lock, _dirt, _detach])
def test_what_only_looks_bad_is_updated(runner: Runner, happen: object) -> None:
    assert callable(happen)
    happen(runner)
    state = subprocess.run(
        ("git", "status", "--porcelain"), cwd=runner.workspace, check=True, capture_output=True, text=True
    )
    end = runner.run("update", {})

    assert (end.ended.code, end.outcome, end.outputs["check"]) == (0, "changed", "passed"), said(end)
    lock = (runner.folder / "temp" / "flakebot-candidate" / "1-everything" / "1.lock").read_bytes()
    assert b'"art"' in lock
    after = subprocess.run(
        ("git", "status", "--porcelain"), cwd=runner.workspace, check=True, capture_output=True, text=True
    )
    assert after.stdout == state.stdout, "the checkout is only read"
