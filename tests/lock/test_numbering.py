from __future__ import annotations

import json
from pathlib import Path

import pytest

from flakebot.lock.canonical import canonical
from flakebot.lock.document import parse
from flakebot.lock.numbering import renumbered
from tests.lock.samples import HISTORIES, forge, written
from tests.lock.trees import own_paths, tree


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*/*.lock")), ids=lambda path: "/".join(path.parts[-2:]))
def test_names_nodes_as_real_nix_did(path: Path) -> None:
    assert canonical(renumbered(parse(path.read_bytes()))) == path.read_bytes()


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        pytest.param({"a": (1, {"x": 1}), "x": 1}, {"a": "a", "a/x": "x", "x": "x_2"}, id="the first comes first"),
        pytest.param({"root": 1}, {"root": "root_2"}, id="the root is the root"),
        pytest.param(
            {"a": (1, {"x": 1, "x_2": 1}), "b": (1, {"x": 1}), "x": 1},
            {"a": "a", "a/x": "x", "a/x_2": "x_2", "b": "b", "b/x": "x_3", "x": "x_4"},
            id="a number that an input has in its name",
        ),
        pytest.param(
            {"a": (1, {"x": ["x"]}), "x": 1}, {"a": "a", "a/x": ("x",), "x": "x"}, id="what follows has no name"
        ),
        pytest.param({"A": 1, "a": (1, {"é": 1}), "é": 1}, {"A": "A", "a": "a", "a/é": "é", "é": "é_2"}, id="letters"),
    ],
)
def test_names_nodes_by_the_way_that_leads_to_them(inputs: dict[str, object], names: dict[str, object]) -> None:
    assert {"/".join(path): edge for path, edge in own_paths(parse(tree(**inputs))).items()} == names


def test_a_node_of_two_inputs_keeps_its_first_name() -> None:
    nodes: dict[str, object] = {"top": {"inputs": {"a": "n", "b": "n"}}, "n": forge("n", 1)}
    named = renumbered(parse(written({"nodes": nodes, "root": "top", "version": 7})))
    assert named.nodes["root"].inputs == {"a": "a", "b": "a"}


def test_the_order_of_names_counts_and_not_that_of_the_text() -> None:
    nodes = {"root": {"inputs": {"b": "b", "a": "a"}}, "a": forge("n", 1, {"y": "x", "x": "y"})}
    text = json.dumps({"nodes": nodes | {name: forge("n", 1) for name in "bxy"}, "root": "root", "version": 7})
    assert [*renumbered(parse(text.encode())).nodes] == ["root", "x", "y", "a", "b"]
    assert renumbered(parse(text.encode())).nodes["a"].inputs == {"x": "x", "y": "y"}
