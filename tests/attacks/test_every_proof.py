"""Every attack has a proof, and each that a tool can give is given here: real Nix on locks, real git on commits.

One forgery of each attack is tried, the first of those that are made from a lock of the Nix at hand.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.stories import STORIES
from flakebot.rehearsal.tool import run_tool
from tests.attacks.attack import Attack
from tests.attacks.collection import ATTACKS
from tests.attacks.estate import CONSUMER, Estate, lock_history, open_estate
from tests.attacks.locks import stored
from tests.attacks.proof import Git, Nix, Shown, Unproven, kind
from tests.attacks.situation import Situation
from tests.attacks.test_proofs import RUNS_EVIL
from tests.attacks.workbench import Workbench, open_workbench

ROOT = Path(__file__).parents[2]
LIMITED = ("prlimit", "--as=1000000000", "--cpu=4")
"""A circle of inputs would take all memory of the machine first."""
UNPROVEN = 13
"""How many attacks nothing shows; each says why. A new one wants a proof instead."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with open_workbench() as opened:
        yield opened


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """An estate that has seen all its seasons, so that what the locks name is there."""
    with rehearsal_folder(None) as folder, open_estate(folder) as opened:
        assert dict(lock_history(opened))
        yield opened


@pytest.fixture(scope="module")
def version(estate: Estate) -> str:
    """Whose locks the Nix at hand writes: since 2.26 it says from where a relative path starts."""
    said = subprocess.run(("nix", "--version"), env=estate.environment(), check=True, capture_output=True, text=True)
    _, number = said.stdout.rsplit(" ", 1)
    return "nix-2.8" if tuple(map(int, number.split(".")[:2])) < (2, 26) else "nix-2.34"


def outcome(estate: Estate, lock: bytes | None) -> Nix:
    """Return what Nix does with a lock where nothing is to be updated, and where it may write another."""
    folder = estate.flake_folder(CONSUMER, lock)
    if _succeeds(estate, folder, "metadata", "--json", "--no-update-lock-file"):
        return Nix.TAKES
    return Nix.RELOCKS if _succeeds(estate, folder, "lock") else Nix.FAILS


def _succeeds(estate: Estate, folder: Path, *words: str) -> bool:
    argv = (*LIMITED, "nix", "flake", *words, f"path:{folder}")
    ended = subprocess.run(
        argv, cwd=folder, env=estate.environment(), check=False, capture_output=True, stdin=subprocess.DEVNULL
    )
    return ended.returncode == 0


def promised(proof: Nix, version: str) -> set[Nix]:
    """Return what may come out by a proof; ``version`` is whose locks the Nix at hand writes."""
    match proof:
        case Nix.NEWER_TAKES:
            return {Nix.FAILS if version == "nix-2.8" else Nix.TAKES}
        case Nix.FAILS_OR_RELOCKS:
            return {Nix.FAILS, Nix.RELOCKS}
        case _:
            return {proof}


def forged(attack: Attack, bench: Workbench, mark: str = "") -> Situation:
    return next(situation for where, situation in attack.forge(bench) if where.startswith(mark))


def by(*kinds: type) -> list[Attack]:
    return [attack for attack in ATTACKS if isinstance(attack.proof, kinds)]


@pytest.mark.parametrize("season", ["old", "leaves", "parents", "graph"])
def test_nix_takes_the_honest_lock(estate: Estate, version: str, season: str) -> None:
    assert outcome(estate, stored(version, season)) is Nix.TAKES


@pytest.mark.slow
@pytest.mark.parametrize(
    "attack", [attack for attack in by(Nix) if attack.proof is not Nix.RUNS], ids=lambda attack: attack.line
)
def test_nix_does_with_the_lock_what_the_proof_says(
    estate: Estate, bench: Workbench, version: str, attack: Attack
) -> None:
    assert isinstance(attack.proof, Nix)
    if not any(where.startswith(version) for where, _ in attack.forge(bench)):
        pytest.skip("the locks of this Nix have nowhere to forge it")
    (lock,) = forged(attack, bench, version).proposal.change.locks
    assert outcome(estate, lock.new) in promised(attack.proof, version)


def test_code_of_the_attackers_is_run_in_a_test_of_each_line_that_says_so() -> None:
    assert {attack.line for attack in ATTACKS if attack.proof is Nix.RUNS} == RUNS_EVIL.keys()


@pytest.mark.parametrize("attack", by(Git), ids=lambda attack: attack.line)
def test_git_takes_the_commits(bench: Workbench, tmp_path: Path, attack: Attack) -> None:
    nobody = {"HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    host, head = tmp_path / "host.git", forged(attack, bench).proposal.change.head
    run_tool("git", "init", "--quiet", "--bare", str(host), cwd=tmp_path, environment=nobody)
    run_tool("git", "config", "receive.fsckObjects", "true", cwd=host, environment=nobody)
    run_tool("git", "push", "--quiet", str(host), f"{head}:refs/heads/it", cwd=bench.store.folder, environment=nobody)
    run_tool("git", "clone", "--quiet", "--branch=it", str(host), "taken", cwd=tmp_path, environment=nobody)
    assert (tmp_path / "taken" / ".git").is_dir()


@pytest.mark.parametrize("attack", by(Shown), ids=lambda attack: attack.line)
def test_what_another_test_or_a_story_shows_is_there(attack: Attack) -> None:
    assert isinstance(attack.proof, Shown)
    module, _, name = attack.proof.by.partition("::")
    if module.startswith("story: "):
        assert module.removeprefix("story: ") in STORIES
    else:
        tree = ast.parse((ROOT / module).read_text())
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_what_is_unproven_says_why_and_is_none_that_a_tool_could_try() -> None:
    assert len(by(Unproven)) <= UNPROVEN
    for attack in by(Unproven):
        assert isinstance(attack.proof, Unproven)
        assert attack.proof.why
        assert not attack.rule.startswith(("lock-", "provenance-", "min-age"))


def test_every_proof_has_a_kind_that_a_reader_understands() -> None:
    assert all(" " in kind(attack.proof) for attack in ATTACKS)
