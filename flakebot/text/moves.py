"""What moved in a lock, in a person's words: from where to where, how far in time, and where to compare. No I/O."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from flakebot.lock.diff import Change, diff
from flakebot.lock.document import Attributes, parse
from flakebot.model import Candidate

LATEST = 2**40
"""Seconds that a span of time can still hold; a lock may say more before it is judged."""

_FORGES = {"github": ("github.com", "{}/compare/{}...{}"), "gitlab": ("gitlab.com", "{}/-/compare/{}...{}")}


class Move(Struct, frozen=True, kw_only=True):
    """One input's move. ``old`` and ``new`` are short revisions (or hashes), ``age`` how far it moved in time."""

    name: str
    old: str
    new: str
    age: str
    link: str
    is_root: bool


def moves_of(old: bytes | None, new: bytes) -> tuple[Move, ...]:
    """Return what moved between two locks, root inputs first; empty when there was no lock before.

    Raises `LockError` when one of them is not a lock: judge it before describing it.
    """
    if old is None:
        return ()
    changes = diff(parse(old), parse(new)).changes
    return tuple(sorted(map(_move, changes), key=lambda move: (not move.is_root, move.name)))


def moves_in(candidate: Candidate) -> tuple[Move, ...]:
    """Return what a candidate moves; with several locks an input is named as Nix does it, ``hosts/web#nixpkgs``.

    Raises `LockError` as `moves_of` does.
    """
    found = [(lock.path, move) for lock in candidate.locks for move in moves_of(lock.old, lock.new)]
    if len(candidate.locks) == 1:
        return tuple(move for _, move in found)
    return tuple(replace(move, name=f"{_folder(path)}#{move.name}") for path, move in found)


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def described(move: Move) -> str:
    """Return ``nixpkgs 1a2b3c4 → 5d6e7f8 (3 days)``."""
    return f"{move.name} {move.old} → {move.new}" + (f" ({move.age})" if move.age else "")


def _move(change: Change) -> Move:
    return Move(
        name="/".join(change.path),
        old=revision(change.old_locked),
        new=revision(change.new_locked),
        age=age(change.old_locked, change.new_locked),
        link=_link(change.old_locked, change.new_locked),
        is_root=len(change.path) == 1,
    )


def revision(locked: Attributes | None) -> str:
    """Return what an input is locked to, in short: its revision, else its hash, else its path."""
    if locked is None:
        return "none"
    for key, length in (("rev", 7), ("narHash", 20)):
        if isinstance(value := locked.get(key), str):
            return value[:length]
    return str(locked.get("path", "unknown"))


def age(old: Attributes | None, new: Attributes | None) -> str:
    """Return how far an input moved in time, as ``3 days`` or ``-2 hours``; empty where a side does not say."""
    times = [locked.get("lastModified") if locked else None for locked in (old, new)]
    match times:
        case [int(before), int(after)] if max(abs(before), abs(after)) < LATEST:
            return span(timedelta(seconds=after - before))
        case _:
            return ""


def span(time: timedelta) -> str:
    """Return a span of time in its largest whole unit, as ``3 days`` or ``-2 hours``; ``0 seconds`` when it is none."""
    sign, size = ("-", -time) if time < timedelta(0) else ("", time)
    units = (("day", size.days), ("hour", size.seconds // 3600), ("minute", size.seconds // 60))
    unit, count = next(((unit, count) for unit, count in units if count), ("second", size.seconds))
    return f"{sign}{count} {unit}{'s' if count != 1 else ''}"


def _link(old: Attributes | None, new: Attributes | None) -> str:
    """Return the forge's comparison of two revisions of one repository, or nothing."""
    if old is None or new is None or any(old.get(key) != new.get(key) for key in ("type", "host", "owner", "repo")):
        return ""
    forge = _FORGES.get(str(new.get("type")))
    if forge is None or not (old.get("rev") and new.get("rev")):
        return ""
    default_host, form = forge
    repository = "/".join(quote(str(new.get(key)), safe="") for key in ("owner", "repo"))
    revisions = (quote(str(at["rev"]), safe="") for at in (old, new))
    return f"https://{quote(str(new.get('host', default_host)), safe='')}/{form.format(repository, *revisions)}"
