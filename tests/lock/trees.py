"""Locks in a line: trees of inputs, and what is found in them."""

from __future__ import annotations

from itertools import chain, combinations

from flakebot.lock.canonical import canonical
from flakebot.lock.document import LockDocument, parse
from flakebot.lock.node import Path
from flakebot.lock.numbering import renumbered
from tests.lock.samples import forge, written


def tree(**inputs: object) -> bytes:
    """Return a lock of root inputs: a number is a release, a list is followed, a pair is a release with inputs."""
    nodes: dict[str, object] = {}
    below = {name: _planted(nodes, name, value) for name, value in inputs.items()}
    return canonical(
        renumbered(parse(written({"nodes": {**nodes, "top": {"inputs": below}}, "root": "top", "version": 7})))
    )


def _planted(nodes: dict[str, object], name: str, value: object) -> object:
    match value:
        case list():
            return value
        case (int(number), dict(inputs)):
            below = {key: _planted(nodes, key, held) for key, held in inputs.items()}
            key = f"n{len(nodes)}"
            nodes[key] = forge(name, number, below)
        case int(number):
            key = f"n{len(nodes)}"
            nodes[key] = forge(name, number)
        case _:
            raise TypeError(value)
    return key


def own_paths(document: LockDocument) -> dict[Path, object]:
    """Return what Nix looks up follows in: each input by the path that leads to it through nodes."""
    found: dict[Path, object] = {}
    waiting: list[tuple[str, Path]] = [(document.root, ())]
    while waiting:
        node, path = waiting.pop()
        for name, edge in document.nodes[node].inputs.items():
            found[(*path, name)] = edge
            if isinstance(edge, str):
                waiting.append((edge, (*path, name)))
    return found


def choices(together: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    """Return every union of units."""
    subsets = chain.from_iterable(combinations(together, size) for size in range(len(together) + 1))
    return [tuple(chain.from_iterable(subset)) for subset in subsets]
