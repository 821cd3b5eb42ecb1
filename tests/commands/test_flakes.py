"""Which flakes the configuration means: by name whatever is there, by a glob only what is a flake."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.adapters.git import open_checkout
from flakebot.commands.flakes import lock_paths
from flakebot.errors import MisuseError
from tests.adapters.workshop import commit_files, git, new_checkout

FILES: dict[str, str | bytes] = {
    "flake.nix": "{ }",
    "hosts/db/flake.nix": "{ }",
    "hosts/web/flake.nix": "{ }",
    "hosts/web/sub/flake.nix": "{ }",
    "hosts/no-flake/flake.lock": "{ }",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = new_checkout(tmp_path / "checkout")
    (folder / "hosts" / "linked").mkdir(parents=True)
    (folder / "hosts" / "linked" / "flake.nix").symlink_to("../web/flake.nix")
    git(folder, "add", "--", "hosts/linked/flake.nix")
    commit_files(folder, FILES)
    return folder


@pytest.mark.parametrize(
    ("directories", "expected"),
    [
        ((".",), ("flake.lock",)),
        (("nowhere",), ("nowhere/flake.lock",)),
        (("hosts/*",), ("hosts/db/flake.lock", "hosts/web/flake.lock")),
        (("hosts/web", "hosts/*", "."), ("hosts/web/flake.lock", "hosts/db/flake.lock", "flake.lock")),
        (("hosts/[vw]*/s?b",), ("hosts/web/sub/flake.lock",)),
    ],
)
def test_names_and_globs_lead_to_locks(checkout: Path, directories: tuple[str, ...], expected: tuple[str, ...]) -> None:
    repository = open_checkout(checkout)
    assert lock_paths(repository, repository.resolve("HEAD"), directories) == expected


@pytest.mark.parametrize("glob", ["machines/*", "*", "hosts/no-*", "hosts/l*"])
def test_a_glob_that_means_no_flake_is_misuse(checkout: Path, glob: str) -> None:
    repository = open_checkout(checkout)
    with pytest.raises(MisuseError, match=r"describes has a flake\.nix"):
        lock_paths(repository, repository.resolve("HEAD"), (glob,))
