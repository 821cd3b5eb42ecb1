"""What real Nix makes of real changes is never refused, and clean where nothing but revisions changed.

With what the hosts and the content say of it, it is clean altogether, but for what Nix itself could not fetch again.

One thing is refused as long as nobody is asked, though Nix does it: where an input without a lock of its own stays,
and an input of it moves. A lock alone cannot tell that from an attack, and `diff` must refuse a changed child of an
unmoved parent. `is_unlocked` leaves out this, and only below a release that has no lock.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from flakebot.lock.document import parse
from flakebot.lock.node import Node
from flakebot.lock.place import REVISION
from flakebot.policy.evidence import LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.verdict import Finding, Severity
from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import open_estate
from tests.legitimate.grove import Step, updates
from tests.legitimate.traced import Traced, traced

SEEDS = range(10)
EACH = 20
"""Updates of each world, so that all together are two hundred."""


def grown(nix: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Traced, ...]:
    with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
        for name, value in estate.environment().items():
            monkeypatch.setenv(name, value)
        chance = Random(seed)  # noqa: S311  # the same world for the same seed
        steps = islice(updates(estate, chance, flakes=5, consumers=9), EACH)
        return tuple(map(traced, steps))


@pytest.mark.parametrize("seed", [*SEEDS[:1], *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[1:])])
def test_the_nix_of_this_machine(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_legitimate(grown("nix", seed, monkeypatch))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("suite", ["trixie", "sid"])
def test_the_nix_of_other_releases(suite: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    nix = Path(__file__).parents[2] / ".nix" / suite / "bin" / "nix"
    if shutil.which(nix) is None:
        pytest.skip("scripts/nix-versions puts it there")
    assert_legitimate(grown(str(nix), seed, monkeypatch))


def assert_legitimate(updates: tuple[Traced, ...], *, count: int = EACH) -> None:
    assert len(updates) == count
    for update in updates:
        step = update.step
        known = judge_lock(update.evidence, LockExpectation(), update.facts)
        changed = changed_folders(known, step)
        assert [found for found in known if found.input not in changed] == [], step.flake
        judged = judge_lock(update.evidence, LockExpectation())
        findings = [found for found in judged if not is_unlocked(found, step)]
        assert [found for found in findings if found.severity is Severity.REFUSE] == [], step.flake
        if is_pure(step):
            assert findings == [], step.flake


def is_unlocked(found: Finding, step: Step) -> bool:
    """Whether an input moved although its parent did not, because that has no lock: no lock alone can show it."""
    if found.rule != "lock-unmoved-parent":
        return False
    parent = _node(found, step, above=1)
    if parent is None:
        return False
    rev = parent.locked.get("rev")
    return rev in step.unlocked if rev else any(name in json.dumps(dict(parent.original)) for name in step.unlocked)


def _node(found: Finding, step: Step, *, above: int = 0) -> Node | None:
    """Return the node that a finding is about, or one above it; an input that was removed is in the old lock."""
    path = found.input.split("/")
    return _at(step.new, path[: len(path) - above]) or _at(step.old, path[: len(path) - above])


def _at(lock: bytes, path: list[str]) -> Node | None:
    document = parse(lock)
    node = document.nodes[document.root]
    for name in path:
        if name not in node.inputs:
            return None
        node = document.target(node.name, name)
    return node


def changed_folders(known: tuple[Finding, ...], step: Step) -> frozenset[str]:
    """Return the inputs that are folders of this machine whose content is no longer what somebody's lock says.

    Nix would fail there too, so that a person has to look. Each was fetched, and has another hash than the lock.
    """
    other = {found.input: _node(found, step) for found in known if found.rule == "provenance-content"}
    assert all(found.severity is Severity.HOLD for found in known if found.input in other)
    return frozenset(path for path, node in other.items() if node is not None and node.locked.get("type") == "path")


def is_pure(step: Step) -> bool:
    """Whether nothing differs but revisions, and none of a folder of the machine, of which nobody can be asked."""
    if any(node["locked"]["type"] == "path" for node in _changed(step)):
        return False
    old, new = (_frame(lock) for lock in (step.old, step.new))
    return old == new


def _changed(step: Step) -> Iterator[dict[str, dict[str, object]]]:
    old, new = (json.loads(lock)["nodes"] for lock in (step.old, step.new))
    return (node for name, node in new.items() if name != "root" and node != old.get(name))


def _frame(lock: bytes) -> object:
    nodes = json.loads(lock)["nodes"]
    for node in nodes.values():
        for attribute in REVISION & node.get("locked", {}).keys():
            del node["locked"][attribute]
    return nodes
