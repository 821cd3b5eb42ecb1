from __future__ import annotations

import gc
import sys
import time

import pytest

from flakebot.lock.canonical import canonical
from flakebot.lock.compose import compose, moved
from flakebot.lock.diff import diff
from flakebot.lock.document import parse
from flakebot.rehearsal.benchmark.locks import generated_lock
from tests.lock.samples import forge, written

RUNS = 5
"""What else the machine does only ever adds to a time: the best of so many runs says what the work itself takes."""
COMPOSE_SECONDS = 0.3 if sys.gettrace() is None else 1.5
"""Whoever measures coverage takes most of the time."""


def _wide(count: int, number: int) -> bytes:
    """A lock with so many nodes, a fifth of them root inputs, each with four inputs and a follows of its own."""
    nodes: dict[str, object] = {"root": {"inputs": {f"a{at}": f"a{at}" for at in range(count // 5)}}}
    for at in range(count // 5):
        inputs: dict[str, object] = {f"b{below}": f"a{at}b{below}" for below in range(4)}
        nodes[f"a{at}"] = forge(f"r{at}", at + number, {**inputs, "f": [f"a{(at + 1) % (count // 5)}", "b1"]})
        nodes |= {f"a{at}b{below}": forge(f"r{at}", at + number) for below in range(4)}
    return written({"nodes": nodes, "root": "root", "version": 7})


def _seconds(count: int) -> float:
    old, new = _wide(count, 1), _wide(count, 2)
    gc.collect()
    start = time.process_time()
    before, after = parse(old), parse(new)
    assert canonical(after) == new
    assert len(diff(before, after).changes) == count
    return time.process_time() - start


@pytest.mark.slow
def test_the_time_grows_with_the_size_and_no_faster() -> None:
    """Five times the nodes in at most ten times the time: what compares all with all would take 25 times as long."""
    small = min(_seconds(2_000) for _ in range(RUNS))
    assert small < 2
    assert min(_seconds(10_000) for _ in range(2)) < 10 * small + 1


def test_a_lock_of_five_thousand_nodes_is_composed_in_less_than_three_tenths_of_a_second() -> None:
    """Reading both locks is part of it. The limit is near what it takes on a busy machine, so that it may try more."""
    old, new = generated_lock(5_000, generation=1), generated_lock(5_000, generation=2)
    chosen = moved(old, new)[::2]
    assert any(_seconds_to_compose(old, new, chosen) < COMPOSE_SECONDS for _ in range(4 * RUNS))


def _seconds_to_compose(old: bytes, new: bytes, chosen: tuple[str, ...]) -> float:
    gc.collect()
    start = time.process_time()
    compose(old, new, chosen)
    return time.process_time() - start
