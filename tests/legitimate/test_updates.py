"""What real Nix makes of real changes is never refused, and clean where nothing but revisions changed.

With what the hosts and the content say of it, it is clean altogether.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

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
        steps = islice(updates(estate, seed, flakes=5, consumers=9), EACH)
        return tuple(map(traced, steps))


@pytest.mark.parametrize("seed", [*SEEDS[:3], *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[3:])])
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


def assert_legitimate(updates: tuple[Traced, ...]) -> None:
    assert len(updates) == EACH
    for update in updates:
        step = update.step
        known = judge_lock(update.evidence, LockExpectation(), update.facts)
        assert [found for found in known if not is_of_changed_folder(found, step)] == [], step.flake
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
    return any(name in json.dumps(dict(parent.original)) for name in step.unlocked)


def _node(found: Finding, step: Step, *, above: int = 0) -> Node:
    """Return the node that a finding is about, or one above it."""
    document = parse(step.new)
    node = document.nodes[document.root]
    path = found.input.split("/")
    for name in path[: len(path) - above]:
        node = document.target(node.name, name)
    return node


def is_of_changed_folder(found: Finding, step: Step) -> bool:
    """Whether a folder of this machine changed since somebody's lock said what is in it: Nix would fail there too."""
    return found.severity is Severity.HOLD and _node(found, step).locked.get("type") == "path"


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
