"""The address of one revision, and the lock that Nix makes of it, as flake.nix would have had it."""

from __future__ import annotations

import pytest

from flakebot.choosing.pinning import PinError, address_at, pinned
from flakebot.lock.node import Attributes, Node
from tests.lock.samples import at, lock, moved, rev
from tests.lock.trees import tree

REV = rev(5)


@pytest.mark.parametrize(
    ("locked", "address"),
    [
        ({"type": "github", "owner": "NixOS", "repo": "nixpkgs"}, "github:NixOS/nixpkgs/REV"),
        (
            {"type": "github", "owner": "a", "repo": "b.c", "host": "git.example.org", "dir": "x/y"},
            "github:a/b.c/REV?dir=x/y&host=git.example.org",
        ),
        ({"type": "gitlab", "owner": "group%2Fsub", "repo": "b"}, "gitlab:group%2Fsub/b/REV"),
        ({"type": "gitlab", "owner": "group/sub", "repo": "b"}, "gitlab:group%2Fsub/b/REV"),
        ({"type": "sourcehut", "owner": "~a", "repo": "b"}, "sourcehut:~a/b/REV"),
        ({"type": "git", "url": "https://example.org/a"}, "git+https://example.org/a?rev=REV"),
        (
            {"type": "git", "url": "https://example.org/a", "ref": "refs/heads/main", "submodules": True},
            "git+https://example.org/a?ref=refs/heads/main&rev=REV&submodules=1",
        ),
        (
            {"type": "git", "url": "https://example.org/a?x=y", "dir": "d&e"},
            "git+https://example.org/a?x=y&dir=d%26e&rev=REV",
        ),
    ],
)
def test_an_address_names_the_place_and_the_revision(locked: Attributes, address: str) -> None:
    node = Node(name="a", inputs={}, locked={**locked, **_at(1)}, original={}, is_flake=True, parent=None)
    assert address_at(node, REV) == address.replace("REV", REV)


def _at(number: int) -> dict[str, str | int]:
    return {name: value for name, value in at(number).items() if isinstance(value, str | int)}


def test_a_pinned_lock_asks_for_what_flake_nix_asks_for() -> None:
    asked = moved("nixpkgs", 5)
    overridden = {"nodes/nixpkgs/original/rev": REV, "nodes/nixpkgs/original/ref": "elsewhere"}
    assert pinned(lock(asked | overridden), lock(), {"nixpkgs": REV}) == lock(asked)


def test_what_was_not_pinned_is_left_as_it_is() -> None:
    assert pinned(lock(moved("tool", 5)), lock(), {}) == lock(moved("tool", 5))


def test_another_revision_than_the_one_that_was_asked_for_is_an_error() -> None:
    with pytest.raises(PinError, match=f'"nixpkgs" is locked to "{rev(6)}", expected "{REV}"'):
        pinned(lock(moved("nixpkgs", 6)), lock(), {"nixpkgs": REV})


def test_another_place_is_an_error() -> None:
    with pytest.raises(PinError, match='"nixpkgs" is locked to'):
        pinned(lock(moved("nixpkgs", 5) | {"nodes/nixpkgs/locked/owner": "fork"}), lock(), {"nixpkgs": REV})


def test_an_input_that_follows_another_now_is_an_error() -> None:
    with pytest.raises(PinError, match='"a" has no node of its own'):
        pinned(tree(a=["b"], b=1), tree(a=1, b=1), {"a": REV})
