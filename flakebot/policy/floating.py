"""Which inputs of inputs no lock above them can have fixed, as far as one lock tells. No I/O, no judgement.

Nix takes the inputs of an input from that input's own lock. Where it has none, or this repository overrides what it
says, Nix resolves them anew with each update, also when the input itself stays. A lock does not say which of the two
it was; but a lock that was committed with one revision cannot name another that did not exist yet.
"""

from __future__ import annotations

from datetime import timedelta

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Path

_SLACK = int(timedelta(days=1).total_seconds())
"""By how much a child must be younger: the clocks of those who commit differ."""


def is_floating(lock: LockDocument, path: Path) -> bool:
    """Whether an input is younger than all inputs above it, so that none of their locks can have named it."""
    times = _times(lock, path)
    *above, own = times or (None,)
    return own is not None and bool(above) and all(time is not None and own > time + _SLACK for time in above)


def _times(lock: LockDocument, path: Path) -> tuple[int | None, ...]:
    """Return the times of the inputs on the way, the nearest to the root first; none where one follows another."""
    node, found = lock.nodes[lock.root], list[int | None]()
    for name in path:
        edge = node.inputs.get(name)
        if not isinstance(edge, str):
            return ()
        node = lock.nodes[edge]
        time = node.locked.get("lastModified")
        found.append(time if isinstance(time, int) else None)
    return tuple(found)
