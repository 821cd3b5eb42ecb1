from __future__ import annotations

import pytest
from hypothesis import given, settings

from flakebot.lock.canonical import canonical
from flakebot.lock.compose import compose, moved, units
from flakebot.lock.document import LockError, parse
from flakebot.lock.numbering import renumbered
from tests.lock.samples import GONE, Edits, forge, lock, written
from tests.lock.samples import moved as at_another
from tests.lock.trees import choices, own_paths, tree
from tests.lock.updates import Update, updates

TIED: dict[str, tuple[bytes, bytes, list[set[str]]]] = {
    "nothing in common": (tree(a=1, b=1), tree(a=2, b=2), [{"a"}, {"b"}]),
    "following what both locks have": (
        tree(a=(1, {"x": ["b", "x"]}), b=(1, {"x": 1})),
        tree(a=(2, {"x": ["b", "x"]}), b=(2, {"x": 2})),
        [{"a"}, {"b"}],
    ),
    "following the root": (tree(a=(1, {"x": []}), b=1), tree(a=(2, {"x": []}), b=2), [{"a"}, {"b"}]),
    "following what the other no longer has": (
        tree(a=(1, {"x": ["b", "x"]}), b=(1, {"x": 1}), c=1),
        tree(a=2, b=2, c=2),
        [{"a", "b"}, {"c"}],
    ),
    "following what the other did not have": (
        tree(a=1, b=1, c=1),
        tree(a=(2, {"x": ["b", "x"]}), b=(2, {"x": 1}), c=2),
        [{"a", "b"}, {"c"}],
    ),
    "following what the other has no longer as a node": (
        tree(a=(1, {"x": ["b", "x", "y"]}), b=(1, {"x": (1, {"y": 1})}), c=(1, {"y": 1})),
        tree(a=2, b=(2, {"x": ["b", "z"], "z": (2, {"y": 2})}), c=(2, {"y": 2})),
        [{"a", "b"}, {"c"}],
    ),
    "in a row": (
        tree(a=(1, {"x": ["b", "x"]}), b=(1, {"x": 1, "y": ["c", "y"]}), c=(1, {"y": 1}), d=1),
        tree(a=2, b=2, c=2, d=2),
        [{"a", "b", "c"}, {"d"}],
    ),
    "through one that did not move": (
        tree(a=(1, {"x": ["b", "x"]}), b=(1, {"x": ["c", "x"]}), c=(1, {"x": 1})),
        tree(a=(2, {"x": ["b", "x"]}), b=(1, {"x": ["c", "x"]}), c=(2, {"x": 1})),
        [{"a"}, {"c"}],
    ),
    "in a circle when apart": (
        tree(x=(1, {"w": 1, "y": ["z", "q"]}), z=(1, {"q": ["z", "r"], "r": ["x", "w"]}), u=1),
        tree(x=(2, {"w": ["x", "y"], "y": ["z", "q"]}), z=(2, {"q": 2, "r": ["x", "w"]}), u=2),
        [{"u"}, {"x", "z"}],
    ),
    "added": (tree(a=1, b=1), tree(a=2, b=2, c=2), [{"a"}, {"b"}, {"c"}]),
    "declared anew, several": (tree(a=1, d=1), tree(a=2, b=2, c=2), [{"a"}, {"b", "c", "d"}]),
}


@pytest.mark.parametrize(("old", "new", "expected"), TIED.values(), ids=TIED.keys())
def test_what_moves_together_is_a_unit(old: bytes, new: bytes, expected: list[set[str]]) -> None:
    assert [set(unit) for unit in units(old, new)] == expected
    for choice in choices(units(old, new)):
        parse(compose(old, new, choice))


def test_the_circle_would_be_one() -> None:
    """The unit of the table is needed: what it forbids is what Nix would run round in."""
    half = {"w": ["x", "y"], "y": ["z", "q"]}
    with pytest.raises(LockError, match="leads back to itself"):
        tree(x=(2, half), z=(1, {"q": ["z", "r"], "r": ["x", "w"]}))


def test_a_path_through_what_follows_ties_all() -> None:
    """Nix writes no such path, so that nothing is known of what it takes."""
    inputs: dict[str, object] = {"a": (1, {"x": ["b", "x", "y"]}), "b": (1, {"x": ["c"]}), "c": (1, {"y": 1})}
    assert units(tree(**inputs, d=1), tree(**inputs, d=2)) == (("d",),)
    newer: dict[str, object] = inputs | {"a": (2, {"x": ["b", "x", "y"]})}
    assert units(tree(**inputs, d=1, e=1), tree(**newer, d=2, e=1)) == (("a", "d"),)


REDECLARED: dict[str, tuple[Edits, str]] = {
    "added": ({"nodes/root/inputs/new": ["nixpkgs"]}, "new"),
    "removed": ({"nodes/root/inputs/alias": GONE}, "alias"),
    "following otherwise": ({"nodes/root/inputs/alias": ["tool", "lib"]}, "alias"),
    "following the root": ({"nodes/root/inputs/alias": []}, "alias"),
    "asked for otherwise": ({"nodes/nixpkgs/original/ref": "nixos-24.05"}, "nixpkgs"),
    "no flake any more": ({"nodes/nixpkgs/flake": False}, "nixpkgs"),
    "its input told to follow": ({"nodes/tool/inputs/own": ["plain"]}, "tool"),
    "its input no longer told to follow": ({"nodes/tool/inputs/nixpkgs": ["tool", "lib"]}, "tool"),
    "its input told to follow another": ({"nodes/tool/inputs/nixpkgs": ["plain"]}, "tool"),
    "a folder's input asked for otherwise": ({"nodes/leaf/original/ref": "v2"}, "sub"),
    "a folder's input added": ({"nodes/sub/inputs/more": ["nixpkgs"]}, "sub"),
    "a folder of another place": ({"nodes/sub/parent": GONE}, "sub"),
}


@pytest.mark.parametrize(("edits", "name"), REDECLARED.values(), ids=REDECLARED.keys())
def test_what_flake_nix_declares_anew_goes_with_every_choice(edits: Edits, name: str) -> None:
    new = lock({**edits, **at_another("vcs", 99), **at_another("file", 99)})
    assert set(units(lock(), new)) == {(name,), ("vcs",), ("file",)}
    assert moved(lock(), compose(lock(), new, {"vcs"})) == tuple(sorted({name, "vcs"}))
    assert compose(lock(), new, {"vcs"}) == compose(lock(), new, {"vcs", name})
    assert compose(lock(), new, ()) == lock()


def test_part_of_what_goes_with_every_choice_chooses_it_all() -> None:
    old, new, _ = TIED["declared anew, several"]
    assert moved(old, compose(old, new, {"c"})) == ("b", "c", "d")


UNDECLARED: dict[str, tuple[bytes, bytes, str]] = {
    "moved": (lock(), lock({**at_another("tool", 99), **at_another("vcs", 99)}), "tool"),
    "moved below a folder": (lock(), lock({**at_another("leaf", 99), **at_another("vcs", 99)}), "sub"),
    "redirected": (
        lock(),
        lock({"nodes/channel/locked/url": "https://elsewhere.test/nixexprs.tar.xz", **at_another("vcs", 99)}),
        "channel",
    ),
    "having other inputs": (tree(a=(1, {"x": 1}), vcs=1), tree(a=(2, {"y": 1}), vcs=2), "a"),
    "having an input that is told to follow": (tree(a=1, b=1, vcs=1), tree(a=(2, {"x": ["b"]}), b=1, vcs=2), "a"),
    "having none any more that is": (tree(a=(1, {"x": ["b"]}), b=1, vcs=1), tree(a=2, b=1, vcs=2), "a"),
    "following itself otherwise": (
        tree(a=(1, {"x": ["a", "y"], "y": 1, "z": 1}), vcs=1),
        tree(a=(2, {"x": ["a", "z"], "y": 1, "z": 1}), vcs=2),
        "a",
    ),
    "following itself at last": (
        tree(a=(1, {"x": 1, "y": 1}), vcs=1),
        tree(a=(2, {"x": ["a", "y"], "y": 1}), vcs=2),
        "a",
    ),
}


@pytest.mark.parametrize(("old", "new", "name"), UNDECLARED.values(), ids=UNDECLARED.keys())
def test_what_changed_by_itself_may_stay(old: bytes, new: bytes, name: str) -> None:
    assert moved(old, new) == (name, "vcs")
    assert moved(old, compose(old, new, {"vcs"})) == ("vcs",)


def test_a_node_that_an_input_has_twice_is_asked_once_what_it_follows() -> None:
    old, new = (
        written(
            {
                "nodes": {
                    "root": {"inputs": {"a": "a", "b": "b"}},
                    "a": forge("a", number, {"x": "n", "y": "n"}),
                    "n": forge("n", 1, {"z": ["b"]}),
                    "b": forge("b", number),
                },
                "root": "root",
                "version": 7,
            }
        )
        for number in (1, 2)
    )
    assert units(old, new) == (("a",), ("b",))


@settings(max_examples=60, deadline=None)
@given(updates())
def test_every_union_of_units_is_a_sound_lock_in_which_these_moved(update: Update) -> None:
    together = units(update.old, update.new)
    for choice in choices(together):
        data = compose(update.old, update.new, choice)
        document = parse(data)
        paths = own_paths(document)
        assert [edge for edge in paths.values() if isinstance(edge, tuple) and edge not in paths] == []
        assert canonical(renumbered(document)) == data
        assert {*choice} <= {*moved(update.old, data)}
        assert {*moved(data, update.new)} <= {*moved(update.old, update.new)} - {*choice}
