"""gather: which locks a change may touch is read from where it begins, never from what it brings."""

from __future__ import annotations

from pathlib import Path

from flakebot.adapters.git import open_checkout
from flakebot.commands.gather import gather_change, gather_locks
from tests.adapters.workshop import commit_files, git, new_checkout
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


def test_only_the_locks_of_a_persons_change_are_read_with_the_flakes_that_changed_beside_them(tmp_path: Path) -> None:
    folder = new_checkout(tmp_path / "checkout")
    commit_files(
        folder, {"flake.nix": "{ }", "flake.lock": "1", "hosts/web/flake.nix": "{ }", "hosts/web/flake.lock": "1"}
    )
    (folder / "linked").mkdir()
    (folder / "linked/flake.nix").symlink_to("../flake.nix")
    git(folder, "add", "--", "linked/flake.nix")
    commit_files(folder, {"linked/flake.lock": "1", "still/flake.nix": "{ }", "still/flake.lock": "1"})
    repository = open_checkout(folder)
    base = repository.resolve("HEAD")
    commit_files(folder, {"flake.nix": "{ changed }", "flake.lock": "2", "hosts/web/flake.lock": "2"})
    commit_files(folder, {"linked/flake.lock": "2", "hosts/db/flake.nix": "{ new }", "hosts/db/flake.lock": "2"})
    commit_files(folder, {"README": "2", "other/flake.lock": "2"})

    change = gather_locks(
        repository, base=base, head=repository.resolve("HEAD"), directories=(".", "hosts/*", "linked", "still")
    )

    assert {found.path for found in change.changes} == set(change.paths)
    assert {lock.path: (lock.old, lock.new, lock.flake, lock.new_flake) for lock in change.locks} == {
        "flake.lock": (b"1", b"2", b"{ }", b"{ changed }"),
        "hosts/web/flake.lock": (b"1", b"2", b"{ }", None),
        "hosts/db/flake.lock": (None, b"2", None, b"{ new }"),
        "linked/flake.lock": (b"1", b"2", b"../flake.nix", b""),
    }
