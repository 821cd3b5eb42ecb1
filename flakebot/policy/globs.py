"""Match input paths against globs, name by name. No I/O.

``*``, ``?`` and ``[…]`` stay within one name, as in a shell: ``nixpkgs`` is the root's own input alone, ``*/nixpkgs``
every input of that name one level down. ``**`` stands for any number of names, none included: ``**/nixpkgs`` is every
input of that name, and ``stylix/**`` is stylix with everything below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from flakebot.lock.node import Path


def matches(path: Path, globs: Iterable[str]) -> bool:
    """Whether one of the globs describes the path."""
    return any(_matches(path, tuple(glob.split("/"))) for glob in globs)


def _matches(path: Path, parts: tuple[str, ...]) -> bool:
    """Keep the numbers of names that the glob's parts so far can have used up; never tries one split after another."""
    reached = {0}
    for part in parts:
        if part == "**":
            reached = set(range(min(reached), len(path) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(path) and fnmatchcase(path[at], part)}
    return len(path) in reached
