"""What differs between two commits, file by file, with GitHub's words for it. Runs git, changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.git.process import output

_STATUS = {"A": "added", "D": "removed", "M": "modified", "T": "changed", "R": "renamed", "C": "copied"}
_LIMIT = 128 * 1024
"""Above this many characters GitHub leaves a file's patch out."""


class FileChange(Struct, frozen=True, kw_only=True):
    """One file's difference. ``sha`` is the blob on the new side, or on the old side of a removed file."""

    path: str
    previous: str | None
    status: str
    sha: Sha
    additions: int
    deletions: int
    patch: str | None


def file_changes(folder: Path, old: str, new: str) -> tuple[FileChange, ...]:
    """Compare two commits or trees as GitHub does: with renames, and a patch for each text file."""
    listing = output(folder, "diff-tree", "-r", "-M", "-z", "--raw", "--numstat", "--no-abbrev", old, new)
    raw = _raw_entries(listing)
    if not raw:
        return ()
    counts = _counts(listing.split(b"\0"), len(raw))
    patches = iter(_patches(output(folder, "diff-tree", "-r", "-M", "-p", "--no-color", old, new)))
    return tuple(
        FileChange(
            path=entry.path,
            previous=entry.previous,
            status=_STATUS.get(entry.letter, "changed"),
            sha=entry.sha,
            additions=added,
            deletions=deleted,
            patch=_next_patch(entry, patches),
        )
        for entry, (added, deleted) in zip(raw, counts, strict=True)
    )


class _RawEntry(Struct, frozen=True, kw_only=True):
    letter: str
    sha: Sha
    path: str
    previous: str | None


def _raw_entries(listing: bytes) -> list[_RawEntry]:
    """Read ``:mode mode sha sha letter NUL path NUL [path NUL]`` until the numbers begin."""
    fields = listing.decode(errors="surrogateescape").split("\0")
    entries: list[_RawEntry] = []
    position = 0
    while fields[position].startswith(":"):
        _, _, old_sha, new_sha, letter = fields[position].split(" ")
        moved = letter[0] in "RC"
        previous = fields[position + 1] if moved else None
        path = fields[position + 2 if moved else position + 1]
        sha = Sha(old_sha if letter == "D" else new_sha)
        entries.append(_RawEntry(letter=letter[0], sha=sha, path=path, previous=previous))
        position += 3 if moved else 2
    return entries


def _counts(fields: list[bytes], files: int) -> list[tuple[int, int]]:
    """Read ``added TAB deleted TAB path``; a binary file has dashes."""
    lines = [line for line in fields if re.match(rb"(\d+|-)\t(\d+|-)\t", line)][:files]
    pairs = (line.split(b"\t")[:2] for line in lines)
    return [(0 if added == b"-" else int(added), 0 if deleted == b"-" else int(deleted)) for added, deleted in pairs]


def _next_patch(entry: _RawEntry, patches: Iterator[str | None]) -> str | None:
    """Take an entry's patch; git writes a file that becomes a symlink as one that goes and one that comes."""
    if entry.letter == "T":
        next(patches)
    return next(patches)


def _patches(text: bytes) -> list[str | None]:
    files = re.split(r"^diff --git .*\n", text.decode(errors="replace"), flags=re.MULTILINE)[1:]
    return [_hunks(file) for file in files]


def _hunks(file: str) -> str | None:
    start = re.search(r"^@@ ", file, flags=re.MULTILINE)
    if start is None or len(file) > _LIMIT:
        return None
    return file[start.start() :].removesuffix("\n")
