from __future__ import annotations

import random
from itertools import chain, combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flakebot.lock.compose import ChoiceError, compose, moved, units
from flakebot.lock.document import LockError, parse
from tests.lock.samples import GONE, HISTORIES, Edits, forge, lock, written
from tests.lock.samples import moved as at_another
from tests.lock.trees import tree
from tests.lock.updates import Update, updates

HISTORY = [
    [path.read_bytes() for path in sorted((HISTORIES / version).glob("*.lock"))] for version in ("nix-2.8", "nix-2.34")
]


@pytest.mark.parametrize(("old", "new"), [pair for locks in HISTORY for pair in combinations(locks, 2)])
def test_the_ends_of_a_real_update_are_its_own_bytes(old: bytes, new: bytes) -> None:
    assert compose(old, new, ()) == old
    assert compose(old, new, moved(old, new)) == (new if moved(old, new) else old)


@pytest.mark.parametrize(("old", "new"), [pair for locks in HISTORY for pair in pairwise(locks)])
def test_moves_each_input_of_a_real_update_and_nothing_else(old: bytes, new: bytes) -> None:
    before, after = parse(old), parse(new)
    if before.nodes[before.root].inputs.keys() != after.nodes[after.root].inputs.keys():
        pytest.skip("flake.nix declares other inputs from here on")
    for unit in units(old, new):
        assert moved(old, compose(old, new, unit)) == unit
        assert moved(compose(old, new, unit), new) == tuple(sorted({*moved(old, new)} - {*unit}))


def test_takes_inputs_over_with_all_that_is_below_them_and_names_their_nodes_anew() -> None:
    old = tree(a=(1, {"nixpkgs": 1}), b=(1, {"nixpkgs": 1}), nixpkgs=1)
    new = tree(a=(2, {}), b=(2, {"nixpkgs": (2, {"lib": 2}), "z": 2}), nixpkgs=2)
    assert compose(old, new, {"a"}) == tree(a=2, b=(1, {"nixpkgs": 1}), nixpkgs=1)
    assert compose(old, new, {"b"}) == tree(
        a=(1, {"nixpkgs": 1}), b=(2, {"nixpkgs": (2, {"lib": 2}), "z": 2}), nixpkgs=1
    )
    assert compose(old, new, {"a", "nixpkgs"}) == tree(a=2, b=(1, {"nixpkgs": 1}), nixpkgs=2)
    assert [*parse(compose(old, new, {"a"})).nodes] == ["a", "b", "nixpkgs", "nixpkgs_2", "root"]


def test_two_inputs_of_one_node_can_move_apart() -> None:
    shared: dict[str, object] = {"root": {"inputs": {"a": "a", "b": "a"}}, "a": forge("n", 1)}
    old = written({"nodes": shared, "root": "root", "version": 7})
    new = written({"nodes": {**shared, "a": forge("n", 2)}, "root": "root", "version": 7})
    assert moved(old, new) == ("a", "b")
    only = parse(compose(old, new, {"b"}))
    assert [only.target("root", name).locked["lastModified"] for name in "ab"] == [1700000001, 1700000002]


def test_what_one_lock_has_twice_and_the_other_once_is_the_same() -> None:
    shared: dict[str, object] = {"root": {"inputs": {"a": "a", "b": "a"}}, "a": forge("n", 1)}
    apart: dict[str, object] = {"root": {"inputs": {"a": "a", "b": "b"}}, "a": forge("n", 1), "b": forge("n", 1)}
    assert moved(*(written({"nodes": nodes, "root": "root", "version": 7}) for nodes in (shared, apart))) == ()


MOVES: dict[str, tuple[Edits, set[str]]] = {
    "nothing": ({}, set()),
    "a revision": (at_another("nixpkgs", 99), {"nixpkgs"}),
    "a revision below": (at_another("core", 99), {"tool"}),
    "a revision that others follow": (at_another("parts", 99), {"tool"}),
    "an input below added": ({"nodes/plain/inputs": {"new": ["nixpkgs"]}}, {"plain"}),
    "an input below removed": ({"nodes/lib/inputs/off": GONE}, {"tool"}),
    "a number that was true": ({"nodes/vcs/locked/revCount": True}, {"vcs"}),
    "what is asked for below": ({"nodes/core/original/ref": "v2"}, {"tool"}),
    "a flake that was none": ({"nodes/plain/flake": GONE}, {"plain"}),
    "where a folder starts from": ({"nodes/sub/parent": ["tool"]}, {"sub"}),
    "a follows of the root": ({"nodes/root/inputs/alias": ["tool", "lib"]}, {"alias"}),
}


@pytest.mark.parametrize(("edits", "names"), MOVES.values(), ids=MOVES.keys())
def test_sees_what_moved(edits: Edits, names: set[str]) -> None:
    assert set(moved(lock(), lock(edits))) == names


def test_what_is_only_written_otherwise_did_not_move() -> None:
    other = lock().replace(b'"version": 7', b'"version": 6')
    assert moved(lock(), other) == ()
    assert compose(lock(), other, {"nixpkgs"}) == lock()


def test_true_is_another_number_than_one() -> None:
    """Python alone would not tell them apart."""
    assert moved(lock({"nodes/vcs/locked/revCount": 1}), lock({"nodes/vcs/locked/revCount": True})) == ("vcs",)


def test_the_ends_keep_even_what_nix_would_write_otherwise() -> None:
    old, new = lock() + b"\n", lock(at_another("vcs", 99)) + b"\n"
    assert compose(old, new, ()) == old
    assert compose(old, new, {"vcs"}) == new


def test_choosing_what_did_not_move_changes_nothing() -> None:
    new = lock(at_another("nixpkgs", 99))
    assert compose(lock(), new, {"tool", "sub"}) == lock()
    assert compose(lock(), new, {"tool", "nixpkgs"}) == new


def test_the_version_is_that_of_the_nix_that_updated() -> None:
    old = lock().replace(b'"version": 7', b'"version": 6')
    assert parse(compose(old, lock({**at_another("nixpkgs", 9), **at_another("core", 9)}), {"tool"})).version == 7


def test_what_has_part_of_a_unit_is_no_choice() -> None:
    old = tree(a=(1, {"x": ["b", "x"]}), b=(1, {"x": 1}), c=1)
    new = tree(a=2, b=2, c=2)
    with pytest.raises(ChoiceError, match=r'^"a", "b" move together or not at all: choose "b" as well$'):
        compose(old, new, {"a", "c"})


def test_what_nobody_declares_is_no_choice() -> None:
    with pytest.raises(ChoiceError, match=r'^"gone" is no input of the flake'):
        compose(lock(), lock(at_another("vcs", 99)), {"vcs", "gone"})


@pytest.mark.parametrize(("old", "new"), [(b"{}", lock()), (lock(), b"{}")])
def test_what_is_no_lock_is_not_composed(old: bytes, new: bytes) -> None:
    with pytest.raises(LockError):
        compose(old, new, ())


@settings(max_examples=60, deadline=None)
@given(updates())
def test_the_ends_are_the_locks_themselves(update: Update) -> None:
    everything = moved(update.old, update.new)
    assert compose(update.old, update.new, ()) == update.old
    assert compose(update.old, update.new, everything) == (update.new if everything else update.old)
    assert (everything == ()) == (update.old == update.new)


@settings(max_examples=60, deadline=None)
@given(updates(), st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_steps_matter(update: Update, chance: random.Random) -> None:
    together = list(units(update.old, update.new))
    chosen = list(chain.from_iterable(chance.sample(together, chance.randint(0, len(together)))))
    first = list(chain.from_iterable(unit for unit in together if {*unit} <= {*chosen} and chance.random() < 0.5))
    data = compose(update.old, update.new, chosen)
    chance.shuffle(chosen)
    assert compose(update.old, update.new, [*chosen, *chosen]) == data
    assert compose(update.old, data, moved(update.old, data)) == data
    assert compose(compose(update.old, update.new, first), update.new, chosen) == data
