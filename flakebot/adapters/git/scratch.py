"""A commit's tree in a folder of its own, as a repository that Nix accepts. Never writes to where it came from."""

from __future__ import annotations

from pathlib import Path

from flakebot.adapters.files import read_plain_file
from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.commit_object import commit_payload, committed_at
from flakebot.adapters.git.reading import ObjectReader, plain_path
from flakebot.adapters.git.writing import require_replaceable, write_object
from flakebot.errors import MisuseError
from flakebot.model import REGULAR_FILE, Commit, Person, Sha

_NOBODY = Person(name="flakebot", email="flakebot@localhost")
_AS_STORED = "* -text -ident -filter -working-tree-encoding\n"
"""git's attributes that write every file as its blob is, byte for byte."""


def export_commit(commit: Commit, folder: Path, *, source: Path) -> None:
    """Write the commit's tree into an empty folder, with one commit that is neither dirty nor shallow.

    ``source`` is the object folder that holds the commit; it is borrowed from, and nothing is written to it.
    """
    _require_empty(folder)
    git = GitCommands(folder)
    git.init("--quiet", "--template=", "--initial-branch=flakebot")
    information = folder / ".git" / "info"
    information.mkdir()
    (information / "attributes").write_text(_AS_STORED)
    (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{source}\n")
    git.read_tree("--reset", "-u", commit.tree)
    _commit(git, commit.tree, commit, f"The tree of {commit.sha}\n")


def record_files(folder: Path, paths: tuple[str, ...]) -> Sha:
    """Commit some files of an exported folder as they are on disk, and nothing else; return the tree."""
    git = GitCommands(folder)
    reader = ObjectReader(git)
    before = reader.head()
    for path in paths:
        require_replaceable(path, reader.entry(before.sha, path))
    blobs = [(write_object(git, "blob", read_plain_file(folder / plain_path(path))), path) for path in paths]
    git.read_tree("--reset", before.tree)  # Nix announces a first lock with --intent-to-add, which -m refuses
    git.update_index(
        "--add", *(word for blob, path in blobs for word in ("--cacheinfo", f"{REGULAR_FILE},{blob},{path}"))
    )
    written: bytes = git.write_tree()
    tree = Sha(written.decode("ascii").strip())
    _commit(git, tree, before, f"{', '.join(paths)} updated\n")
    return tree


def _commit(git: GitCommands, tree: Sha, like: Commit, message: str) -> None:
    """Commit a tree without parents, at the time of another commit, so that each run makes the same one."""
    payload = commit_payload(
        tree=tree, parents=(), author=_NOBODY, committer=_NOBODY, when=committed_at(like), message=message
    )
    git.update_ref("HEAD", write_object(git, "commit", payload))


def _require_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise MisuseError(f"{folder} is not empty", advice="Name a folder that does not exist yet.")
