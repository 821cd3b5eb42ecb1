from __future__ import annotations

from itertools import pairwise

import pytest

from flakebot.lock.diff import Change, Kind, Origin, diff
from flakebot.lock.document import LockError, parse
from tests.lock.samples import GONE, HISTORIES, Edits, edited, forge, ladder, lock, moved, renamed, sample, written

Seen = tuple[str, Kind, Origin]


def _changes(old: Edits, new: Edits) -> tuple[Change, ...]:
    return diff(parse(lock(old)), parse(lock(new))).changes


def _seen(*changes: Change) -> list[Seen]:
    return [(change.input, change.kind, change.origin) for change in changes]


ROWS: dict[str, tuple[Edits, list[Seen]]] = {
    "nothing": ({}, []),
    "a root input moves": (moved("nixpkgs", 90), [("nixpkgs", Kind.MOVED, Origin.HERE)]),
    "an input of an input that stays": (moved("lib", 90), [("tool/lib", Kind.MOVED, Origin.UNMOVED)]),
    "an input two below one that moves": (
        moved("tool", 90) | moved("core", 91),
        [("tool", Kind.MOVED, Origin.HERE), ("tool/lib/core", Kind.MOVED, Origin.MOVED_ABOVE)],
    ),
    "an input of a folder of this repository": (moved("leaf", 90), [("sub/leaf", Kind.MOVED, Origin.HERE)]),
    "another place": ({"nodes/lib/locked/owner": "evil"}, [("tool/lib", Kind.RELOCATED, Origin.UNMOVED)]),
    "another original": ({"nodes/lib/original/ref": "x"}, [("tool/lib", Kind.REDECLARED, Origin.UNMOVED)]),
    "no longer a flake": ({"nodes/nixpkgs/flake": False}, [("nixpkgs", Kind.REDECLARED, Origin.HERE)]),
    "another parent": ({"nodes/sub/parent": GONE}, [("sub", Kind.REDECLARED, Origin.HERE)]),
    "one is not true": ({"nodes/vcs/locked/submodules": 1}, [("vcs", Kind.RELOCATED, Origin.HERE)]),
    "an input more": (
        {
            "nodes/root/inputs/new": "new",
            "nodes/new": forge("new", 1, {"deep": "deep"}),
            "nodes/deep": forge("deep", 2),
        },
        [("new", Kind.ADDED, Origin.HERE), ("new/deep", Kind.ADDED, Origin.MOVED)],
    ),
    "an input less": (
        {"nodes/lib/inputs/core": GONE, "nodes/core": GONE},
        [("tool/lib/core", Kind.REMOVED, Origin.UNMOVED)],
    ),
    "a follows more": ({"nodes/lib/inputs/more": ["nixpkgs"]}, [("tool/lib/more", Kind.ADDED, Origin.UNMOVED)]),
    "a follows less": ({"nodes/lib/inputs/off": GONE}, [("tool/lib/off", Kind.REMOVED, Origin.UNMOVED)]),
    "the root follows another": ({"nodes/root/inputs/alias": ["tool"]}, [("alias", Kind.REFOLLOWED, Origin.HERE)]),
    "an input of its own instead of a follows": (
        {
            "nodes/tool/inputs/nixpkgs": "own",
            "nodes/own": forge("own", 1, {"sub": "sub2"}),
            "nodes/sub2": forge("s", 1),
        },
        [("tool/nixpkgs", Kind.REFOLLOWED, Origin.HERE), ("tool/nixpkgs/sub", Kind.ADDED, Origin.MOVED)],
    ),
    "a follows instead of an input of its own": (
        {"nodes/lib/inputs/core": ["nixpkgs"], "nodes/core": GONE},
        [("tool/lib/core", Kind.REFOLLOWED, Origin.UNMOVED)],
    ),
    "what the root says below an input that moves": (
        moved("tool", 90) | {"nodes/tool/inputs/nixpkgs": ["plain"]},
        [("tool", Kind.MOVED, Origin.HERE), ("tool/nixpkgs", Kind.REFOLLOWED, Origin.HERE)],
    ),
    "what an input that moves says itself": (
        moved("tool", 90) | {"nodes/tool/inputs/own": ["tool", "parts"]},
        [("tool", Kind.MOVED, Origin.HERE), ("tool/own", Kind.REFOLLOWED, Origin.MOVED)],
    ),
    "what the root says further down": (
        moved("tool", 90) | {"nodes/lib/inputs/core": ["nixpkgs"], "nodes/core": GONE},
        [("tool", Kind.MOVED, Origin.HERE), ("tool/lib/core", Kind.REFOLLOWED, Origin.MOVED_ABOVE)],
    ),
    "an input replaced altogether, follows and all": (
        {"nodes/tool/original/repo": "else", "nodes/tool/inputs/nixpkgs": ["plain"], **moved("tool", 90)},
        [("tool", Kind.REDECLARED, Origin.HERE), ("tool/nixpkgs", Kind.REFOLLOWED, Origin.MOVED)],
    ),
    "another node behind an unchanged name": (
        {"nodes/root/inputs/nixpkgs": "other", "nodes/other": forge("evil", 10), "nodes/nixpkgs": GONE},
        [("nixpkgs", Kind.REDECLARED, Origin.HERE)],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), ROWS.values(), ids=ROWS.keys())
def test_names_every_change_by_its_path(edits: Edits, expected: list[Seen]) -> None:
    assert _seen(*_changes({}, edits)) == expected


def test_a_folder_of_an_input_moves_with_it() -> None:
    inside: Edits = {"nodes/root/inputs/sub": GONE, "nodes/tool/inputs/sub": "sub", "nodes/sub/parent": ["tool"]}
    assert _seen(*_changes(inside, {**inside, **moved("tool", 90), **moved("leaf", 91)})) == [
        ("tool", Kind.MOVED, Origin.HERE),
        ("tool/sub/leaf", Kind.MOVED, Origin.MOVED),
    ]
    assert _seen(*_changes(inside, {**inside, **moved("leaf", 91)})) == [("tool/sub/leaf", Kind.MOVED, Origin.UNMOVED)]


def test_a_change_carries_both_sides() -> None:
    (change,) = _changes({}, {"nodes/root/inputs/alias": ["tool"]})
    assert (change.old_follows, change.new_follows) == (("tool", "parts"), ("tool",))
    assert change.old is not None
    assert change.new is not None
    assert (change.old.name, change.new.name, change.node) == ("parts", "tool", "tool")
    assert change.old_locked == change.old.locked
    assert change.new_locked == change.new.locked


def test_a_removed_input_is_named_by_its_old_node() -> None:
    (change,) = _changes({}, {"nodes/lib/inputs/core": GONE, "nodes/core": GONE})
    assert (change.node, change.new_locked) == ("core", None)
    assert change.old_locked is not None


def test_an_added_input_was_locked_to_nothing() -> None:
    (change,) = _changes({"nodes/lib/inputs/core": GONE, "nodes/core": GONE}, {})
    assert (change.node, change.old_locked) == ("core", None)


def test_other_names_for_the_same_nodes_are_no_change() -> None:
    names = {"nixpkgs": "nixpkgs_2", "lib": "nixpkgs", "core": "lib_3", "parts": "tool_9"}
    other = written(renamed(sample(), names))
    assert other != lock()
    assert diff(parse(lock()), parse(other)).changes == ()


def test_a_change_is_found_under_other_names() -> None:
    other = written(renamed(edited(sample(), {"nodes/core/locked/owner": "evil"}), {"core": "nixpkgs_2"}))
    (change,) = diff(parse(lock()), parse(other)).changes
    assert (change.input, change.node, change.kind) == ("tool/lib/core", "nixpkgs_2", Kind.RELOCATED)


def test_a_node_with_two_parents_is_reported_at_its_shortest_path_and_once_for_each_origin() -> None:
    shared: Edits = {
        "nodes/root/inputs/short": "core",
        "nodes/tool/inputs/long": "core",
        "nodes/lib/inputs/long": "core",
    }
    changes = diff(parse(lock(shared)), parse(lock({**shared, **moved("core", 90)}))).changes
    assert [(change.input, change.origin) for change in changes[:2]] == [
        ("short", Origin.HERE),
        ("tool/long", Origin.UNMOVED),
    ]


def test_refuses_to_compare_more_pairs_than_there_can_be() -> None:
    with pytest.raises(LockError, match="too many pairs"):
        diff(parse(ladder(0)), parse(ladder(1)))
    assert diff(parse(ladder(0)), parse(ladder(0))).changes == ()


@pytest.mark.parametrize("version", ["nix-2.8", "nix-2.34"])
def test_reports_what_real_nix_did(version: str) -> None:
    locks = [parse(path.read_bytes()) for path in sorted((HISTORIES / version).glob("*.lock"))]
    history = [[f"{change.input} {change.kind.name}" for change in diff(*pair).changes] for pair in pairwise(locks)]
    assert history[:7] == [
        ["known MOVED", "leaf MOVED", "plain MOVED"],
        ["mid MOVED", "top MOVED"],
        ["mid MOVED", "top MOVED", "top/leaf MOVED", "top/mid MOVED", "top/mid/other MOVED"],
        ["mid MOVED", "mid/fresh ADDED"],
        ["top MOVED", "top/mid MOVED", "top/mid/fresh ADDED", "top/mid/other REDECLARED"],
        ["top MOVED", "top/leaf REDECLARED", "top/mid/leaf REFOLLOWED"],
        # a relative path has a hash of its own before Nix 2.26
        (["sub MOVED"] if version == "nix-2.8" else []) + ["t MOVED"],
    ]
    assert history[7:] == [["mid MOVED", "mid/fresh REMOVED", "mid/leaf REMOVED"], []]
