"""The folder of a rehearsal: a temporary one, or one that somebody wants to look at. Deletes only its own."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flakebot.errors import MisuseError
from flakebot.interrupts import undisturbed

_MARK = ".flakebot-rehearsal"
"""Stands in every folder that a rehearsal filled, so that the next one may empty it."""


@contextmanager
def rehearsal_folder(keep: Path | None) -> Iterator[Path]:
    """Open an empty folder: a temporary one, or ``keep``, which stays. An earlier rehearsal in ``keep`` is removed."""
    if keep is not None:
        yield _emptied(keep)
        return
    folder = Path(tempfile.mkdtemp(prefix="flakebot-"))
    try:
        yield folder
    finally:
        with undisturbed():
            remove(folder)


def _emptied(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = {path.name for path in folder.iterdir()}
        if held and _MARK not in held:
            raise MisuseError(
                f"{folder} holds other files", advice="Give --keep a folder that is new, empty or of a rehearsal."
            )
        for name in held:
            remove(folder / name)
        (folder / _MARK).touch()
    except OSError as error:
        raise MisuseError(f"{folder} cannot be used: {error.strerror}", advice="Give --keep another folder.") from error
    return folder.resolve()


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, also what Nix made read-only."""
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(stat.S_IRWXU)
    shutil.rmtree(path)
