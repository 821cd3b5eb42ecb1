"""Find the repository of a folder, whoever owns it. Never runs anything that its configuration names."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from flakebot.adapters.git.answers import last_words
from flakebot.adapters.git.commands import GitCommands
from flakebot.errors import MisuseError
from flakebot.model import Sha


class Checkout(Struct, frozen=True, kw_only=True):
    """A repository on disk, bare or not, detached or shallow, and the folder of its objects."""

    git: GitCommands
    objects: Path


def find_checkout(start: Path) -> Checkout:
    """Return the repository that a folder is in. Raises `MisuseError` when it is in none."""
    folder = start.resolve()
    git = GitCommands(folder, safe=(folder, *folder.parents))
    ended = git.attempt("rev-parse", "--path-format=absolute", "--git-path", "objects", "--show-object-format")
    if ended.code != 0:
        raise MisuseError(
            f"{folder} is in no git repository that can be read: {last_words(ended.stderr)}",
            advice="Run flakebot in a checkout of the repository; in a workflow, check it out first.",
        )
    *where, form = ended.stdout.decode(errors="surrogateescape").splitlines()
    if form != "sha1":
        raise MisuseError(
            f"{folder} names its objects by {form}, expected sha1", advice="GitHub knows only repositories with sha1."
        )
    return Checkout(git=git, objects=Path("\n".join(where)))


def resolve(git: GitCommands, revision: str) -> Sha:
    """Return the commit that a revision names. Raises `MisuseError` when there is none."""
    ended = git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if ended.code != 0:
        raise MisuseError(
            f"{revision} names no commit here",
            advice="Is the name right, and fetched? A shallow checkout needs more depth (fetch-depth: 0).",
        )
    return Sha(ended.stdout.decode("ascii").strip())
