"""How much memory and disk a check may use. Never a limit on what Nix's daemon builds: that is the daemon's."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from flakebot.errors import UnavailableError

_MIB, _GIB = 1024**2, 1024**3
_EXHAUSTED = re.compile(r"out of memory|cannot allocate memory|memory exhausted|bad_alloc", re.IGNORECASE)


def limiting_memory(most: int | None) -> tuple[str, ...]:
    """Return the words to start a program with so that it, and each that it starts, has at most that many bytes.

    ``prlimit`` is util-linux's, which every Linux distribution has. What counts is the address space
    (``RLIMIT_AS``, getrlimit(2)): Nix then ends by itself with "out of memory", and nothing else on the machine has to.
    """
    return () if most is None else ("prlimit", f"--as={most}", "--")


def with_memory_note(log: str, most: int | None) -> str:
    """Return a failed check's log, with the limit at its end where that may be why."""
    if most is None or _EXHAUSTED.search(log) is None:
        return log
    return f"{log.rstrip()}\n(flakebot gives each process of the check {most // _MIB} MiB: `check-memory`)\n"


def require_space(folders: Iterable[Path], least: int | None) -> None:
    """Raise `UnavailableError` unless that many bytes are free where each folder is, or would be made."""
    for folder in folders if least is not None else ():
        free = shutil.disk_usage(_existing(folder)).free
        if least is not None and free < least:
            raise UnavailableError(
                f"{free / _GIB:.1f} GiB are free in {folder}, and `check-disk` asks for {least / _GIB:.1f} GiB",
                advice="Make room, for instance with `nix-collect-garbage`, or ask for less.",
            )


def _existing(folder: Path) -> Path:
    return next(found for found in (folder, *folder.parents) if found.exists())
