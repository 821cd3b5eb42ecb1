"""Homes whose owner was killed before it could remove them. Never touches one whose owner lives, or somebody else's.

An owner holds a lock on a file in its home for as long as it lives. The kernel lets go of it (flock(2)) however the
owner ends, so that a number that another process has by now misleads nobody. Programs that it starts inherit no lock.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "fb-"
_OWNER = "owner"
_BEGUN = "owner.begun"


@contextmanager
def owned(home: Path) -> Iterator[None]:
    """Hold a home as one's own. Its file gets its name once it is locked, so that nobody finds it unlocked before."""
    held = os.open(home / _BEGUN, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        (home / _BEGUN).rename(home / _OWNER)
        yield
    finally:
        os.close(held)


@contextmanager
def abandoned(folder: Path) -> Iterator[tuple[Path, ...]]:
    """Give the homes in a folder that are this user's and whose owner is gone, and hold them meanwhile."""
    held = {home: lock for home in sorted(folder.glob(f"{PREFIX}*")) if (lock := _taken(home)) is not None}
    try:
        yield tuple(held)
    finally:
        for lock in held.values():
            os.close(lock)


def _taken(home: Path) -> int | None:
    """Return the lock of a home; None when it is held, or when the folder is none of ours."""
    try:
        if not _is_private(home.lstat()):
            return None
        lock = os.open(home / _OWNER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _is_private(found: os.stat_result) -> bool:
    """Whether this is a folder, no link, of this user's, and closed to everybody else."""
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
