"""Keep an update's candidates in a folder. Never leaves half of them, never replaces a folder of something else."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flakebot.adapters.candidate.files import IGNORE, IGNORES_ALL, from_files, is_own, to_files
from flakebot.adapters.files import LARGEST, read_plain_file
from flakebot.errors import FlakebotError, MisuseError, RefusedError, UnavailableError
from flakebot.model import Update

_LIMITS = {".json": 1024 * 1024, ".log": 4 * 1024 * 1024}
"""The largest size of a file by its suffix, in bytes; a lock may be as large as any file that is read."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO}


class CandidateFolder:
    """The folder at ``path``, which need not exist before an update is written."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()

    def clear(self) -> None:
        """Take an earlier update away, so that nobody proposes it after a later one failed.

        Raises `MisuseError` when the folder holds something else or may not be written: that is tried, also where
        there is no earlier update, so that nobody learns of it only after hours of checks.
        """
        with self._explained():
            self._require_own()
            above = next(found for found in self._path.parents if os.path.lexists(found))
            with tempfile.TemporaryDirectory(prefix=f".{self._path.name}-", dir=above) as aside:
                if self._path.exists():
                    self._path.rename(Path(aside) / "old")

    def write(self, update: Update) -> None:
        """Write all of the update in place of what was there, or leave that as it is.

        Raises `MisuseError` when the folder holds something else or may not be written, and `UnavailableError`
        when the disk is full.
        """
        files = to_files(update)
        with self._explained():
            self._require_own()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{self._path.name}-", dir=self._path.parent) as aside:
                _fill(Path(aside) / "new", files)
                self._exchange(Path(aside))

    def read(self) -> Update:
        """Return the update. Raises `MisuseError` when there is none, or when it is damaged."""
        try:
            return from_files(self._content)
        except (ValueError, RefusedError, OSError) as error:
            raise MisuseError(
                f"{self._path} holds no candidate that can be proposed: {error}",
                advice="Make one with `flakebot update`, and hand on its folder as it is.",
            ) from error

    def _content(self, name: str) -> bytes | None:
        path = self._path / name
        try:
            return read_plain_file(path, limit=_LIMITS.get(path.suffix, LARGEST))
        except FileNotFoundError:
            return None

    def _require_own(self) -> None:
        if self._path.is_symlink() or (self._path.exists() and not self._path.is_dir()):
            raise MisuseError(f"{self._path} is no folder", advice="Name another one with `--candidate`.")
        if self._path.is_dir() and not all(map(self._is_own, self._files())):
            raise MisuseError(
                f"{self._path} holds something else than a candidate, which would be lost",
                advice="Name another folder with `--candidate`.",
            )

    def _is_own(self, path: str) -> bool:
        """Whether a file is one of ours; a .gitignore that says anything else is somebody's work."""
        if path != IGNORE:
            return is_own(path)
        try:
            return read_plain_file(self._path / path, limit=len(IGNORES_ALL)) == IGNORES_ALL
        except RefusedError:  # longer, or no plain file
            return False

    def _files(self) -> Iterator[str]:
        """Yield the paths of what is in the folder, but for folders that hold something."""
        for path in self._path.rglob("*"):
            if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
                yield str(path.relative_to(self._path))

    def _exchange(self, aside: Path) -> None:
        if self._path.exists():
            self._path.rename(aside / "old")
        (aside / "new").rename(self._path)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> FlakebotError:
        said = f"the candidate could not be written to {self._path}: {error.strerror}"
        if error.errno in _FULL:
            return UnavailableError(said, advice="Make room on that disk and run it again; nothing was left behind.")
        return MisuseError(
            said, advice="Name a folder that may be written with `--candidate`; nothing was left behind."
        )


def _fill(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
