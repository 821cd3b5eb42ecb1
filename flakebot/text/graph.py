"""A small drawing of a flake's inputs in which what moved is marked. Values in, text out. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flakebot.lock.diff import diff
from flakebot.lock.document import LockDocument, parse
from flakebot.lock.node import Path
from flakebot.model import LockUpdate

MOST_NODES = 40
_LONGEST_NAME = 40
_STRANGE = re.compile(r"[^A-Za-z0-9 ._/+-]")
_HEAD = ("graph LR", "  classDef moved stroke:#bf8700,stroke-width:3px")


def input_graph(lock: LockUpdate) -> str:
    """Return Mermaid's text for the root inputs and what is right below them, or nothing where that tells nothing.

    What follows another input is left to that one. With many inputs those that moved come first. Raises `LockError`
    when one of the two is not a lock.
    """
    if lock.old is None:
        return ""
    new = parse(lock.new)
    moved = {change.path for change in diff(parse(lock.old), new).changes}
    paths = sorted(_paths(new), key=lambda path: (path not in moved and path[:1] not in moved, len(path), path))
    shown = _with_parents(paths)
    return "\n".join((*_HEAD, *_lines(shown, moved))) if len(shown) > 1 else ""


def _paths(document: LockDocument) -> Iterator[Path]:
    for name, edge in document.nodes[document.root].inputs.items():
        yield (name,)
        if isinstance(edge, str):
            for below, end in document.nodes[edge].inputs.items():
                if isinstance(end, str):
                    yield (name, below)


def _with_parents(paths: list[Path]) -> tuple[Path, ...]:
    """Return as many paths as may be shown, each below its root input."""
    shown: dict[Path, None] = {}
    for path in paths:
        wanted = [one for one in (path[:1], path) if one not in shown]
        if len(shown) + len(set(wanted)) <= MOST_NODES:
            shown.update(dict.fromkeys(wanted))
    return tuple(shown)


def _lines(paths: tuple[Path, ...], moved: set[Path]) -> Iterator[str]:
    ids = {path: f"i{number}" for number, path in enumerate(paths)}
    yield '  flake(["flake.nix"])'
    for path, name in ids.items():
        mark = ":::moved" if path in moved else ""
        yield f'  {ids.get(path[:-1], "flake")} --> {name}["{_label(path[-1])}"]{mark}'


def _label(name: str) -> str:
    """Return a name that is text and nothing else inside a quoted label."""
    return _STRANGE.sub("_", name)[:_LONGEST_NAME] or "_"
