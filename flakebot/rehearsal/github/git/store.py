"""One bare repository: refs and objects, read and written through git. Never judges who may."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct, field

from flakebot.model import Sha
from flakebot.rehearsal.github.git.changes import FileChange, file_changes
from flakebot.rehearsal.github.git.commits import CommitObject, parse_commit
from flakebot.rehearsal.github.git.process import GitFailureError, completed, output
from flakebot.rehearsal.github.git.trees import TreeItem, tree_items

ZERO = Sha("0" * 40)
"""What git writes for a ref that does not exist."""

_SETTINGS = """\
[core]
	hooksPath = {hooks}
[gc]
	auto = 0
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	autogc = false
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
"""
"""Objects are never collected; a fetch may ask for any sha and a push may not touch ``refs/pull``, as on GitHub."""
FULL_SHA = re.compile(r"[0-9a-f]{40}")
_SHORT_SHA = re.compile(r"[0-9a-f]{4,40}")


class Store(Struct, frozen=True, kw_only=True):
    """A bare repository in a folder."""

    folder: Path
    commits: dict[Sha, CommitObject] = field(default_factory=dict)
    compared: dict[tuple[Sha, Sha], tuple[FileChange, ...]] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path, default_branch: str, hooks: Path, shared_objects: Path | None = None) -> Store:
        """Make an empty bare repository; the members of a fork network share one folder of objects."""
        folder.mkdir(parents=True)
        if shared_objects is not None:
            (folder / "objects").symlink_to(shared_objects, target_is_directory=True)
        output(folder, "init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}", ".")
        with (folder / "config").open("a") as config:
            config.write(_configuration(hooks))
        return cls(folder=folder)

    def refs(self, prefix: str = "refs/heads/") -> dict[str, Sha]:
        """Return the refs below a prefix, by their full names."""
        lines = output(self.folder, "for-each-ref", "--format=%(objectname) %(refname)", prefix).decode().splitlines()
        return {name: Sha(sha) for sha, _, name in (line.partition(" ") for line in lines)}

    def branch(self, name: str) -> Sha | None:
        """Return a branch's tip."""
        return self._first_commit(f"refs/heads/{name}")

    def resolve(self, revision: str) -> Sha | None:
        """Return the commit that GitHub's API understands by a branch, a tag, a sha or ``HEAD``."""
        if FULL_SHA.fullmatch(revision):
            return self._first_commit(revision)
        candidates = [f"refs/heads/{revision}", f"refs/tags/{revision}"]
        if revision == "HEAD" or revision.startswith("refs/") or _SHORT_SHA.fullmatch(revision):
            candidates.append(revision)
        if revision.startswith(("heads/", "tags/", "pull/")):
            candidates.append(f"refs/{revision}")
        return self._first_commit(*candidates)

    def _first_commit(self, *candidates: str) -> Sha | None:
        if any(re.search(r"[\s^~:?*\[\\]|@\{", candidate) for candidate in candidates):
            return None
        asked = "".join(f"{candidate}^{{commit}}\n" for candidate in candidates).encode()
        answers = output(self.folder, "cat-file", "--batch-check", given=asked).decode().splitlines()
        found = (answer.split(" ") for answer in answers)
        return next((Sha(words[0]) for words in found if words[1:2] == ["commit"]), None)

    def commit(self, sha: Sha) -> CommitObject:
        """Return a commit, from memory when it was asked for before: a commit never changes."""
        if sha not in self.commits:
            self.commits[sha] = parse_commit(sha, output(self.folder, "cat-file", "commit", sha))
        return self.commits[sha]

    def history(self, *arguments: str, path: str | None = None) -> tuple[Sha, ...]:
        """Return what ``git rev-list`` lists, newest first; with a path, only what changed it."""
        paths = () if path is None else (path,)
        lines = output(self.folder, "rev-list", "--topo-order", *arguments, "--", *paths).decode().splitlines()
        return tuple(Sha(line) for line in lines)

    def changes(self, old: Sha, new: Sha) -> tuple[FileChange, ...]:
        """Return what differs between two commits or trees, from memory when it was asked for before."""
        if (old, new) not in self.compared:
            self.compared[old, new] = file_changes(self.folder, old, new)
        return self.compared[old, new]

    def diff(self, old: str, new: str) -> bytes:
        """Return what differs between two commits as one text, as git prints it."""
        return output(self.folder, "diff-tree", "-r", "-M", "-p", "--no-color", "--full-index", old, new)

    def merge_base(self, one: Sha, other: Sha) -> Sha | None:
        """Return the best common ancestor, or None for unrelated histories."""
        result = completed(self.folder, "merge-base", one, other)
        return Sha(result.stdout.decode().split("\n", maxsplit=1)[0]) if result.returncode == 0 else None

    def is_ancestor(self, one: Sha, other: Sha) -> bool:
        """Whether the first commit is reachable from the second."""
        return completed(self.folder, "merge-base", "--is-ancestor", one, other).returncode == 0

    def tree(self, treeish: str, *, recursive: bool = False) -> tuple[TreeItem, ...]:
        """Return the entries of a tree."""
        return tree_items(self.folder, treeish, recursive=recursive)

    def blob(self, name: str) -> bytes | None:
        """Return a blob by its sha or as ``commit:path``, or None when there is none."""
        result = completed(self.folder, "cat-file", "blob", name)
        return result.stdout if result.returncode == 0 else None

    def kind(self, name: str) -> str | None:
        """Return the type of an object, or None when there is none."""
        result = completed(self.folder, "cat-file", "-t", name)
        return result.stdout.decode().strip() if result.returncode == 0 else None

    def write(self, kind: str, content: bytes) -> Sha:
        """Write one object."""
        return Sha(output(self.folder, "hash-object", "-t", kind, "-w", "--stdin", given=content).decode().strip())

    def update_ref(self, ref: str, new: Sha, old: Sha | None = None) -> bool:
        """Move a ref, and only from ``old`` when that is given. False when somebody else moved it first."""
        return completed(self.folder, "update-ref", ref, new, *([] if old is None else [old])).returncode == 0

    def delete_ref(self, ref: str) -> bool:
        """Delete a ref. False when there was none."""
        try:
            output(self.folder, "update-ref", "-d", ref)
        except GitFailureError:
            return False
        return True

    def archive(self, sha: Sha, prefix: str) -> bytes:
        """Return the gzipped tarball of a commit, all files at the commit's time, below one folder."""
        return output(self.folder, "archive", "--format=tar.gz", f"--prefix={prefix}/", sha)


def _configuration(hooks: Path) -> str:
    quoted = str(hooks).replace("\\", "\\\\").replace('"', '\\"')
    return _SETTINGS.format(hooks=f'"{quoted}"')
