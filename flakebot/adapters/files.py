"""Read files that somebody else left. Never follows a link, never waits for a pipe, never reads without a bound."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from flakebot.errors import RefusedError

LARGEST = 64 * 1024 * 1024
"""No lock is larger: those of real repositories have some 100 kB, one of 50,000 nodes some 25 MB."""


def read_plain_file(file: Path, *, limit: int = LARGEST) -> bytes:
    """Return a file's bytes.

    Raises `FileNotFoundError` when there is none, and `RefusedError` when it is no plain file or larger than ``limit``.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unfit(file, error.strerror or "it cannot be opened") from error
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _unfit(file, "it is no plain file")
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise _unfit(file, f"it is larger than {limit} bytes")
    return content


def _unfit(file: Path, why: str) -> RefusedError:
    return RefusedError(f"{file.name} cannot be read: {why}", advice=f"Look at {file}; a plain file belongs there.")
