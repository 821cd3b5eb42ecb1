"""gather: which locks a change may touch is read from where it begins, never from what it brings."""

from __future__ import annotations

from pathlib import Path

from flakebot.adapters.git import open_checkout
from flakebot.commands.gather import gather_change
from tests.adapters.workshop import commit_files, new_checkout
from tests.commands.fakes import FakeSigner


def test_a_change_cannot_add_a_flake_to_those_that_are_configured(tmp_path: Path) -> None:
    folder = new_checkout(tmp_path / "checkout")
    commit_files(folder, {"hosts/web/flake.nix": "{ }", "hosts/web/flake.lock": "old", "bare/README": ""})
    repository = open_checkout(folder)
    base = repository.resolve("HEAD")
    commit_files(folder, {"hosts/db/flake.nix": "{ }", "hosts/db/flake.lock": "new", "bare/flake.lock": "new"})

    change = gather_change(
        repository, FakeSigner(), base=base, head=repository.resolve("HEAD"), directories=("hosts/*", "bare")
    )

    assert change.paths == ("hosts/web/flake.lock",)
    assert {found.path for found in change.changes} == {"bare/flake.lock", "hosts/db/flake.lock", "hosts/db/flake.nix"}
