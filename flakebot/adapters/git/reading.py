"""Read commits, trees and blobs from git's object database. Never from a work tree, never by a guessed encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.commit_object import object_name, parse_commit
from flakebot.errors import MisuseError, RefusedError, UnavailableError
from flakebot.model import Commit, Sha, TreeChange, TreeEntry

_FULL = re.compile("[0-9a-f]{40}(?::|$)")
"""An object by its own name, or by a path below it: always the same object."""


class GitObject(Struct, frozen=True, kw_only=True):
    """An object as ``git cat-file --batch`` gives it; its content has the name that it claims."""

    kind: str
    sha: Sha
    content: bytes


class ObjectReader:
    """What a repository's objects say. What was read by a full name is kept: it cannot change."""

    def __init__(self, git: GitCommands) -> None:
        self._git = git
        self._known: dict[str, GitObject] = {}

    def commit(self, sha: Sha) -> Commit:
        """Return one commit, taken apart."""
        return self._commits((sha,))[0]

    def head(self) -> Commit:
        """Return the commit that is checked out."""
        head = _require("HEAD", self._objects("HEAD")[0])
        return parse_commit(head.sha, head.content)

    def commits_between(self, base: Sha, head: Sha) -> tuple[Commit, ...]:
        """Return the commits reachable from head and not from base, oldest first."""
        listed: bytes = self._git.rev_list("--topo-order", "--reverse", head, f"^{base}", "--")
        return self._commits(tuple(Sha(line) for line in listed.decode("ascii").split()))

    def merge_base(self, one: Sha, other: Sha) -> Sha:
        """Return the one best common ancestor."""
        ended = self._git.attempt("merge-base", "--all", one, other)
        found = ended.stdout.decode("ascii").split()
        if len(found) != 1:
            raise MisuseError(
                f"{one[:7]} and {other[:7]} have {len(found)} best common ancestors, expected one",
                advice="Rebase onto the base branch; a shallow checkout needs more depth (fetch-depth: 0).",
            )
        return Sha(found[0])

    def changes(self, old: Sha, new: Sha) -> tuple[TreeChange, ...]:
        """Return the raw differences between the trees of two commits."""
        options = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules=none")
        raw: bytes = self._git.diff_tree(*options, old, new, "--")
        return tuple(parse_changes(raw))

    def entry(self, commit: Sha, path: str) -> TreeEntry | None:
        """Return what stands at a path of a commit's tree."""
        raw: bytes = self._git.ls_tree("-z", "--full-tree", commit, "--", plain_path(path))
        for line in raw.decode(errors="backslashreplace").split("\0")[:-1]:
            mode, kind, rest = line.split(" ", 2)
            sha, _, found = rest.partition("\t")
            if found == path:
                return TreeEntry(path=path, mode=mode, kind=kind, sha=Sha(sha))
        return None

    def files_named(self, commit: Sha, name: str) -> tuple[str, ...]:
        """Return the paths of all plain files of that name in a commit's tree, in the order of their paths."""
        raw: bytes = self._git.ls_tree("-r", "-z", "--full-tree", commit)
        entries = (line.split("\t", 1) for line in raw.decode(errors="backslashreplace").split("\0")[:-1])
        found = (path for head, path in entries if head.startswith("100") and path.rpartition("/")[2] == name)
        return tuple(sorted(found))

    def content(self, commit: Sha, path: str) -> bytes | None:
        """Return the bytes of a blob at a path of a commit's tree; None when nothing stands there."""
        whole, found = self._objects(commit, f"{commit}:{plain_path(path)}")
        _require(commit, whole)
        if found is None:
            return None
        if found.kind != "blob":
            raise RefusedError(
                f"{path} of {commit[:7]} is a {found.kind}, expected a file", advice="Look at that commit."
            )
        return found.content

    def _commits(self, shas: tuple[Sha, ...]) -> tuple[Commit, ...]:
        found = self._objects(*shas)
        return tuple(parse_commit(sha, _require(sha, one).content) for sha, one in zip(shas, found, strict=True))

    def _objects(self, *names: str) -> tuple[GitObject | None, ...]:
        found: dict[str, GitObject | None] = {name: self._known.get(name) for name in names}
        if asked := [name for name, known in found.items() if known is None]:
            raw: bytes = self._git.cat_file("--batch", istream="".join(f"{name}\n" for name in asked).encode())
            found |= zip(asked, parse_objects(raw), strict=True)
        self._known |= {name: one for name, one in found.items() if one is not None and _FULL.match(name)}
        return tuple(found[name] for name in names)


def parse_objects(raw: bytes) -> Iterator[GitObject | None]:
    """Take the output of ``git cat-file --batch`` apart; None for an object that is not there."""
    while raw:
        head, _, rest = raw.partition(b"\n")
        if head.endswith(b" missing"):
            yield None
            raw = rest
            continue
        sha, kind, size = head.decode("ascii").split(" ")
        content, raw = rest[: int(size)], rest[int(size) + 1 :]
        if object_name(kind, content) != sha:
            raise UnavailableError(f"the {kind} {sha[:7]} is damaged", advice="Check the repository with `git fsck`.")
        yield GitObject(kind=kind, sha=Sha(sha), content=content)


def parse_changes(raw: bytes) -> Iterator[TreeChange]:
    """Take the output of ``git diff-tree -r -z --raw`` without renames apart."""
    fields = iter(raw.decode(errors="backslashreplace").split("\0")[:-1])
    for head in fields:
        old_mode, new_mode, old_sha, new_sha, status = head.removeprefix(":").split(" ")
        yield TreeChange(
            path=next(fields),
            status=status,
            old_mode=old_mode,
            new_mode=new_mode,
            old_sha=Sha(old_sha),
            new_sha=Sha(new_sha),
        )


def plain_path(path: str) -> str:
    """Return a path inside a tree as it is. Raises `MisuseError` when it leads out of it, or is no single line."""
    is_inside = path == str(PurePosixPath(path)) and not path.startswith("/")
    if not is_inside or {"..", ".git", "."} & set(path.split("/")) or not path.isprintable():
        raise MisuseError(
            f"{path!r} is no path inside a repository", advice="Give it from the top, as `sub/flake.lock`."
        )
    return path


def _require(name: str, found: GitObject | None) -> GitObject:
    if found is None:
        raise MisuseError(
            f"the repository has no commit {name[:7]}",
            advice="Is the name right, and the history here? A shallow checkout needs more depth (fetch-depth: 0).",
        )
    if found.kind != "commit":
        raise MisuseError(f"{name[:7]} is a {found.kind}, expected a commit", advice="Name a commit.")
    return found
