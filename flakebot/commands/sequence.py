"""In which order flakes are updated together: what another one of them takes as an input comes first. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import join, normpath

from flakebot.lock.document import LockError, parse


def sequence(locks: Mapping[str, bytes | None]) -> tuple[str, ...]:
    """Return the paths of locks, the deepest first, but for one that a deeper flake takes as ``path:../part``.

    What a flake takes is read from its lock as it is; one without a lock, or whose lock cannot be read, takes nothing.
    Flakes that take each other come in any order: Nix says what is wrong with them.
    """
    ordered: dict[str, None] = {}
    begun: set[str] = set()

    def put(path: str) -> None:
        if path not in begun:
            begun.add(path)
            for taken in _taken(path, locks):
                put(taken)
            ordered[path] = None

    for path in sorted(locks, key=lambda path: -path.count("/")):
        put(path)
    return tuple(ordered)


def _taken(path: str, locks: Mapping[str, bytes | None]) -> Iterator[str]:
    """Yield those of the locks whose flakes this one has as inputs, by a path relative to its own folder."""
    for folder in _folders(locks[path]):
        other = normpath(join(path.rpartition("/")[0], folder, "flake.lock"))
        if other in locks:
            yield other


def _folders(lock: bytes | None) -> tuple[str, ...]:
    try:
        document = None if lock is None else parse(lock)
    except LockError:  # said when this flake is updated
        return ()
    if document is None:
        return ()
    nodes = (document.target(document.root, name) for name in document.nodes[document.root].inputs)
    return tuple(str(node.locked["path"]) for node in nodes if node.is_relative)
