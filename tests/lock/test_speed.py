from __future__ import annotations

import gc
import time

from flakebot.lock.canonical import canonical
from flakebot.lock.diff import diff
from flakebot.lock.document import parse
from tests.lock.samples import forge, written


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


def test_the_time_grows_with_the_size_and_no_faster() -> None:
    """Five times the nodes in at most ten times the time: what compares all with all would take 25 times as long."""
    small = min(_seconds(2_000) for _ in range(3))
    assert small < 2
    assert _seconds(10_000) < 10 * small + 1
