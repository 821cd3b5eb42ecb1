"""Under which paths the inputs of one lock are found. No I/O, no comparison."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from flakebot.lock.document import LockDocument
from flakebot.lock.node import Path


def input_paths(document: LockDocument) -> Iterator[tuple[str, Path]]:
    """Yield each node but the root with the shortest path that leads to it without a follows, nearest first."""
    start: tuple[str, Path] = (document.root, ())
    seen, waiting = {document.root}, deque([start])
    while waiting:
        above, path = waiting.popleft()
        for name, edge in sorted(document.nodes[above].inputs.items()):
            if isinstance(edge, str) and edge not in seen:
                seen.add(edge)
                waiting.append((edge, (*path, name)))
                yield edge, (*path, name)


def aliases(document: LockDocument) -> dict[str, list[Path]]:
    """Return, for each node that some input follows, the paths of these inputs."""
    found: dict[str, list[Path]] = {}
    for above, path in ((document.root, ()), *input_paths(document)):
        for name, edge in document.nodes[above].inputs.items():
            if not isinstance(edge, str):
                found.setdefault(document.leads[above, name], []).append((*path, name))
    return found


def shared_nodes(document: LockDocument) -> dict[str, tuple[str, ...]]:
    """Return the nodes that are several inputs at once, with the paths of these, each by the shortest way above it."""
    found: dict[str, list[str]] = {}
    for above, path in ((document.root, ()), *input_paths(document)):
        for name, edge in document.nodes[above].inputs.items():
            if isinstance(edge, str):
                found.setdefault(edge, []).append("/".join((*path, name)))
    return {name: tuple(sorted(inputs)) for name, inputs in found.items() if len(inputs) > 1}
