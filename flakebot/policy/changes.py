"""Changes in words, and those of them that have two sides to compare. No judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from flakebot.lock.change import Change, Kind
from flakebot.lock.node import Attributes, Node, Path
from flakebot.lock.place import REVISION
from flakebot.lock.wording import shown


def of_both(changes: Iterable[Change], *kinds: Kind) -> Iterator[tuple[Change, Node, Node]]:
    """Yield the changes of these kinds with the nodes on both sides."""
    for change in changes:
        if change.kind in kinds and change.old is not None and change.new is not None:
            yield change, change.old, change.new


def became(change: Change) -> str:
    """Say what became of an input: "was added", "is locked to another place (…)"."""
    match change.kind:
        case Kind.ADDED | Kind.REMOVED:
            return f"was {change.kind}"
        case Kind.REFOLLOWED:
            return f"{followed(change.new_follows)} (before, it {followed(change.old_follows)})"
        case Kind.REDECLARED:
            return "is declared differently"
        case Kind.RELOCATED | Kind.MOVED:
            return change.kind
        case _:
            assert_never(change.kind)


def followed(path: Path | None) -> str:
    """Say what an input follows."""
    match path:
        case None:
            return "is an input of its own"
        case ():
            return "follows the root"
        case _:
            return f"follows {shown('/'.join(path))}"


def declarations(old: Node, new: Node) -> str:
    """Say in what two declarations of an input differ."""
    sides = [
        {**node.original, "flake": node.is_flake, "parent": "none" if node.parent is None else "/".join(node.parent)}
        for node in (old, new)
    ]
    return differences(*sides, but=frozenset())


def differences(old: Attributes, new: Attributes, *, but: frozenset[str] = REVISION) -> str:
    """Name the attributes in which two mappings differ, with both values."""
    names = sorted(name for name in (old.keys() | new.keys()) - but if old.get(name) != new.get(name))
    return ", ".join(f"{name} {shown(old.get(name, 'none'))} → {shown(new.get(name, 'none'))}" for name in names)
