"""Which sources of a lock are never fetched where secrets are: those of this machine. Reads no file's content.

A lock may name any file: `file:///proc/1/environ` holds what a process was started with, the address of a cloud's
metadata gives its credentials. What Nix fetches everybody on the machine can read, and its hash goes into a comment.
"""

from __future__ import annotations

import re
from pathlib import Path

from flakebot.model.provenance import Source

_LINKED = frozenset({"file", "tarball"})
_ENCRYPTED = re.compile(r"https://[^/?#]+/.*", re.DOTALL)
_REMOTE = re.compile(r"(?:https|ssh|git|file)://.*", re.DOTALL)
"""What may be cloned: of a local repository git gives what was committed, and nothing else."""

_SYSTEM = tuple(map(Path, ("/proc", "/sys", "/dev", "/run")))


def why_not_fetched(source: Source) -> str | None:
    """Return why a source is not fetched, None when it may be."""
    kind, url = source.text("type"), source.text("url") or ""
    if kind == "path":
        return _why_not_read(Path(source.text("path") or ""))
    if kind in _LINKED and _ENCRYPTED.fullmatch(url) is None:
        return "only links that begin with https:// are followed"
    if kind in {"git", "hg"} and _REMOTE.fullmatch(url) is None:
        return "it is cloned neither encrypted nor from a repository of this machine"
    return None


def _why_not_read(folder: Path) -> str | None:
    """Say why a folder of this machine stays unread: it has to be a flake's, and nothing but that."""
    if any(name.is_relative_to(place) for name in (folder, folder.resolve()) for place in _SYSTEM):
        return "it is a folder of the system"
    if not (folder.is_absolute() and (folder / "flake.nix").is_file()):
        return "it is a folder of this machine and no flake's"
    if (folder / ".git").exists():
        return "it is a checkout of this machine, whose .git may hold a token"
    return None
