"""What became of each input between two locks, a line each for whoever reads it on a terminal. No I/O, no judgement."""

from __future__ import annotations

from flakebot.lock.change import Change, Kind
from flakebot.lock.node import Path
from flakebot.text.moves import age, revision

MOST_LINES = 150
_REMARKS = {Kind.REDECLARED, Kind.RELOCATED}


def change_lines(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Return ``nixpkgs  1a2b3c4 → 5d6e7f8  (3 days newer)`` for each change, the columns below each other."""
    shown, more = changes[:MOST_LINES], len(changes) - len(changes[:MOST_LINES])
    width = max((len(change.input) for change in shown), default=0)
    lines = tuple(f"{change.input:{width}}  {_became(change)}" for change in shown)
    return (*lines, f"and {more} more") if more else lines


def _became(change: Change) -> str:
    old, new = _old_side(change), _new_side(change)
    match change.kind:
        case Kind.ADDED:
            return f"added: {new}"
        case Kind.REMOVED:
            return f"removed: {old}"
        case _:
            remark = f", {change.kind.value}" if change.kind in _REMARKS else ""
            return f"{old} → {new}{remark}{_moved_in_time(change)}"


def _old_side(change: Change) -> str:
    return revision(change.old_locked) if change.old_follows is None else _followed(change.old_follows)


def _new_side(change: Change) -> str:
    return revision(change.new_locked) if change.new_follows is None else _followed(change.new_follows)


def _followed(path: Path) -> str:
    return f"follows {'/'.join(path) or 'this flake itself'}"


def _moved_in_time(change: Change) -> str:
    if change.old_follows is not None or change.new_follows is not None:
        return ""
    time = age(change.old_locked, change.new_locked)
    if not time:
        return ""
    return f"  ({time.removeprefix('-')} {'older' if time.startswith('-') else 'newer'})"
