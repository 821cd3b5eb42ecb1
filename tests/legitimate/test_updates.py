"""What real Nix makes of real changes is never refused, and clean where nothing but revisions changed."""

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
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.verdict import Finding, Severity
from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import open_estate
from tests.legitimate.grove import Step, updates

SEEDS = range(10)
EACH = 20
"""Updates of each world, so that all together are two hundred."""


def grown(nix: str, seed: int) -> tuple[Step, ...]:
    with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
        return tuple(islice(updates(estate, seed, flakes=5, consumers=9), EACH))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_nix_of_this_machine(seed: int) -> None:
    assert_legitimate(grown("nix", seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("suite", ["trixie", "sid"])
def test_the_nix_of_other_releases(suite: str, seed: int) -> None:
    nix = Path(__file__).parents[2] / ".nix" / suite / "bin" / "nix"
    if shutil.which(nix) is None:
        pytest.skip("scripts/nix-versions puts it there")
    assert_legitimate(grown(str(nix), seed))


def assert_legitimate(steps: tuple[Step, ...]) -> None:
    assert len(steps) == EACH
    for step in steps:
        judged = judge_lock(LockEvidence(path="flake.lock", old=step.old, new=step.new), LockExpectation())
        findings = [found for found in judged if not is_unlocked(found, step)]
        assert [found for found in findings if found.severity is Severity.REFUSE] == [], step.flake
        if is_pure(step):
            assert findings == [], step.flake


def is_unlocked(found: Finding, step: Step) -> bool:
    """Whether an input moved although its parent did not, because that has no lock: no lock alone can show it."""
    if found.rule != "lock-unmoved-parent":
        return False
    document = parse(step.new)
    parent: Node = document.nodes[document.root]
    for name in found.input.split("/")[:-1]:
        parent = document.target(parent.name, name)
    return any(name in json.dumps(dict(parent.original)) for name in step.unlocked)


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
