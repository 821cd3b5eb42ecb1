"""Which flakes of a commit the configuration means: folders by name, or by globs over the folders that have one."""

from __future__ import annotations

from flakebot.errors import MisuseError
from flakebot.model import Sha
from flakebot.policy.globs import matches
from flakebot.ports import Repository

FLAKE, LOCK = "flake.nix", "flake.lock"

_GLOB = frozenset("*?[")


def lock_paths(repository: Repository, commit: Sha, directories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths of the locks of these folders, in their order; a glob's in the order of their names.

    A glob stays within one name, as in a shell, and means only folders in which the commit has a flake.nix, so that
    nobody adds a flake by adding its lock. Raises `MisuseError` for a glob that means none.
    """
    found = (path for directory in directories for path in _locks(repository, commit, directory))
    return tuple(dict.fromkeys(found))


def _locks(repository: Repository, commit: Sha, directory: str) -> tuple[str, ...]:
    if not _GLOB & set(directory):
        return (lock_in(directory),)
    folders = (path.rpartition("/")[0] for path in repository.files_named(commit, FLAKE))
    meant = tuple(lock_in(folder) for folder in folders if folder and matches(tuple(folder.split("/")), (directory,)))
    if not meant:
        raise MisuseError(
            f"no folder of commit {commit[:7]} that {directory} describes has a {FLAKE}",
            advice="Mend `directory`: a glob stays within one name, as in hosts/*.",
        )
    return meant


def flake_of(lock: str) -> str:
    """Return the path of the flake.nix beside a lock."""
    return lock.removesuffix(LOCK) + FLAKE


def lock_in(directory: str) -> str:
    """Return the path of the lock of a folder, from the top of the repository."""
    return LOCK if directory == "." else f"{directory}/{LOCK}"
