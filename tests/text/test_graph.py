"""The drawing of the inputs: what it shows, what it marks, and that no name breaks out of it."""

from __future__ import annotations

import re
from unicodedata import is_normalized

from hypothesis import given
from hypothesis import strategies as st

from flakebot.model import LockUpdate
from flakebot.text.graph import MOST_NODES, input_graph
from tests.text.candidates import lock

LINE = re.compile(r'  (flake|i\d+) --> i\d+\["[A-Za-z0-9 ._/+-]{1,40}"\](:::moved)?')


def graph(old: dict[str, str], new: dict[str, str]) -> list[str]:
    before, after = (lock(revisions) for revisions in (old, new))
    return input_graph(LockUpdate(path="flake.lock", old=before, new=after)).splitlines()[2:]


def test_only_what_moved_is_marked() -> None:
    names = {"lib": "1", "nixpkgs": "1"}
    assert graph(names, names | {"nixpkgs": "2"}) == [
        '  flake(["flake.nix"])',
        '  flake --> i0["nixpkgs"]:::moved',
        '  flake --> i1["lib"]',
    ]


def test_of_many_inputs_those_that_moved_are_shown() -> None:
    names = {f"n{number:03}": "1" for number in range(90)}
    lines = graph(names, names | {"n088": "2"})
    assert len(lines) == 1 + MOST_NODES
    assert [line for line in lines if "moved" in line] == ['  flake --> i0["n088"]:::moved']


def test_a_first_lock_and_a_single_input_are_not_worth_a_drawing() -> None:
    assert input_graph(LockUpdate(path="flake.lock", old=None, new=lock({"a": "1", "b": "1"}))) == ""
    assert graph({"a": "1"}, {"a": "2"}) == []


def is_name(text: str) -> bool:
    """Whether a lock may call another input so; what it may not never gets as far as a drawing."""
    return text.isprintable() and is_normalized("NFC", text) and "/" not in text and text not in {"a", "root"}


@given(st.text(min_size=1).filter(is_name))
def test_no_name_breaks_out_of_its_label(name: str) -> None:
    lines = graph({"a": "1", name: "1"}, {"a": "1", name: "2"})
    assert [line for line in lines[1:] if not LINE.fullmatch(line)] == []
    assert len(lines) == 3
