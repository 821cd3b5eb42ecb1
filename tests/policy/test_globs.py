from __future__ import annotations

import pytest

from flakebot.policy.globs import matches

ROWS = {
    "a root input by its name": ("nixpkgs", "nixpkgs", True),
    "not another root input": ("nixpkgs", "nixpkgs-stable", False),
    "not an input of that name below": ("nixpkgs", "tool/nixpkgs", False),
    "not what is below it": ("tool", "tool/nixpkgs", False),
    "one level down": ("*/nixpkgs", "tool/nixpkgs", True),
    "a star stays within a name": ("*/nixpkgs", "tool/lib/nixpkgs", False),
    "part of a name": ("nixpkgs*", "nixpkgs-stable", True),
    "one letter": ("nixpkgs-2?", "nixpkgs-25", True),
    "some letters": ("nixpkgs-2[45]", "nixpkgs-26", False),
    "any depth": ("**/nixpkgs", "a/b/nixpkgs", True),
    "any depth includes none": ("**/nixpkgs", "nixpkgs", True),
    "everything below": ("tool/**", "tool/a/b", True),
    "everything below includes itself": ("tool/**", "tool", True),
    "nothing beside it": ("tool/**", "tools/a", False),
    "in the middle": ("a/**/c", "a/b/b/c", True),
    "in the middle includes nothing": ("a/**/c", "a/c", True),
    "in the middle and no further": ("a/**/c", "a/c/d", False),
    "everything": ("**", "a/b", True),
    "capitals count": ("Nixpkgs", "nixpkgs", False),
    "a dot is a letter like others": ("*", ".hidden", True),
    "nothing matches nothing": ("", "nixpkgs", False),
    "nothing left of the path": ("a/b/c", "a", False),
    "a dead end before many names": ("x/**/c", "a/b/c", False),
}


@pytest.mark.parametrize(("glob", "path", "expected"), ROWS.values(), ids=ROWS.keys())
def test_matches(glob: str, path: str, *, expected: bool) -> None:
    assert matches(tuple(path.split("/")), (glob,)) is expected


def test_one_of_several_is_enough_and_none_is_not() -> None:
    assert matches(("a",), ("b", "a"))
    assert not matches(("a",), ())


def test_many_stars_take_no_time() -> None:
    assert not matches(("a",) * 60, ("**/a/" * 30 + "b",))
