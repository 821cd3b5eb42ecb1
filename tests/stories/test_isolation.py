"""`update` evaluates and builds foreign code: what that code can see of the secrets of everybody else. Nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot.rehearsal.github import TokenKind
from flakebot.rehearsal.people import OWNER
from flakebot.rehearsal.runner import Runner
from flakebot.rehearsal.seed import nix_system
from flakebot.rehearsal.steps import Environment
from flakebot.rehearsal.world import World
from flakebot.settings.secrets import SECRETS
from tests.stories.leaks import needles
from tests.stories.stage import said, world_of

SPY = """\
# Writes down what this process was started with, its parent, and so on up to flakebot itself.
process=$PPID
while [ "$process" -gt 1 ]; do
  echo "== $process: $(tr '\\0' ' ' <"/proc/$process/cmdline")"
  tr '\\0' '\\n' <"/proc/$process/environ"
  case $(tr '\\0' ' ' <"/proc/$process/cmdline") in *"-m flakebot"*) break ;; esac
  while read -r key value; do [ "$key" != PPid: ] || parent=$value; done <"/proc/$process/status"
  process=$parent
done >"@builder@"
env >>"@builder@"
echo ok >"$out"
"""

FLAKE = """\
{
  inputs.lib.url = "github:nixlab/lib";
  outputs =
    { self, lib }:
    let
      names = [ @names@ "PATH" ];
      seen = builtins.concatStringsSep " " (map (name: "${name}=${builtins.getEnv name}") names);
    in
    {
      checks."@system@".spy = derivation {
        name = "spy";
        system = "@system@";
        builder = "/bin/sh";
        args = [ "-c" (builtins.readFile ./check.sh) ];
        PATH = "@path@";
        evaluator = builtins.trace "seen: ${seen}" seen;
        inherit (lib) release;
      };
    };
}
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with world_of("good") as world:
        yield world


@pytest.fixture
def runner(world: World, tmp_path: Path) -> Runner:
    """A machine whose checkout holds a flake that spies."""
    runner = Runner.create(tmp_path, world)
    places = {
        "@names@": " ".join(f'"{name}"' for name in (*SECRETS, "MY_OWN_SECRET")),
        "@system@": nix_system(),
        "@path@": runner.nix.environment()["PATH"],
        "@builder@": str(tmp_path / "seen-by-builder"),
    }
    _commit(runner, {"flake.nix": _filled(FLAKE, places), "check.sh": _filled(SPY, places)})
    return runner


def _filled(text: str, places: dict[str, str]) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text


def _commit(runner: Runner, files: dict[str, str]) -> None:
    for path, content in files.items():
        (runner.workspace / path).write_text(content)
    who = ("-c", "user.name=homelab", "-c", "user.email=homelab@homelab.example")
    argv = ("git", *who, "commit", "-qm", "Look around", "--", *files)
    subprocess.run(argv, cwd=runner.workspace, check=True)


def everything(runner: Runner) -> Environment:
    """Return every secret of every role, as a job that forgot to separate them has in its environment."""
    secrets = runner.world.secrets
    return {
        "FLAKEBOT_TOKEN": secrets.author_token,
        "FLAKEBOT_JOB_TOKEN": secrets.job_token,
        "FLAKEBOT_GPG_PRIVATE_KEY": secrets.key.private.reveal(),
        "FLAKEBOT_GPG_PASSPHRASE": secrets.key.passphrase.reveal(),
        "FLAKEBOT_NIX_TOKEN": _read_only_token(runner.world),
        "MY_OWN_SECRET": secrets.approver_token,
        "GH_TOKEN": secrets.approver_token,
    }


def _read_only_token(world: World) -> str:
    """Return the one secret that Nix may see."""
    return world.github.issue_token(world.account(OWNER), kind=TokenKind.CLASSIC, scopes=())


@pytest.mark.parametrize("arguments", ["", "--impure"])
def test_a_flake_that_looks_around_sees_no_secret(runner: Runner, arguments: str) -> None:
    given = everything(runner) | {"FLAKEBOT_CHECK_ARGUMENTS": arguments, "FLAKEBOT_VERBOSE": "true"}

    end = runner.run("update", given)

    assert (end.ended.code, end.outputs.get("check")) == (0, "passed"), said(end)
    built, evaluated = (runner.folder / "seen-by-builder").read_bytes(), said(end).encode()
    _assert_it_really_looked(runner, built, evaluated, is_impure=bool(arguments))
    found = needles(runner.world.secrets)
    assert [name for name, text in found.items() if text in built] == []
    assert [name for name, text in found.items() if text in evaluated] == []


def _assert_it_really_looked(runner: Runner, built: bytes, evaluated: bytes, *, is_impure: bool) -> None:
    """Assert that the spy saw its own environment, its ancestors' up to flakebot's, and as evaluator what it may."""
    processes = [line for line in built.splitlines() if line.startswith(b"== ")]
    assert len(processes) >= 2
    assert b"-m flakebot update" in processes[-1]
    assert b"release=24.11" in built
    assert f"NIX_STATE_DIR={runner.nix.folder}".encode() in built
    assert b"seen: FLAKEBOT_TOKEN= FLAKEBOT_JOB_TOKEN= " in evaluated
    assert (b" PATH=/" in evaluated) == is_impure


def test_the_spy_finds_what_is_not_kept_from_it(runner: Runner) -> None:
    """Nix alone, started with the same environment, shows the secrets: the spy is no blind one."""
    environment = runner.world.environment() | runner.nix.environment() | everything(runner)
    build = f"path:{runner.workspace}#checks.{nix_system()}.spy"
    argv = ("nix", "build", "--no-link", "--impure", build)
    ended = subprocess.run(argv, cwd=runner.workspace, env=environment, check=True, capture_output=True)
    token = runner.world.secrets.author_token.encode()

    assert b"seen: FLAKEBOT_TOKEN=" + token in ended.stderr
    assert token in (runner.folder / "seen-by-builder").read_bytes()
