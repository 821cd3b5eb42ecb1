from __future__ import annotations

from flakebot.lock.document import parse
from flakebot.lock.paths import aliases, input_paths
from tests.lock.samples import lock


def test_finds_each_node_at_its_shortest_path_nearest_first() -> None:
    paths = dict(input_paths(parse(lock({"nodes/root/inputs/z": "core"}))))
    assert paths["core"] == ("z",)
    assert paths["lib"] == ("tool", "lib")
    assert paths["leaf"] == ("sub", "leaf")
    assert "root" not in paths
    assert [len(path) for path in paths.values()] == sorted(len(path) for path in paths.values())


def test_finds_what_follows_a_node() -> None:
    found = aliases(parse(lock()))
    assert found == {
        "parts": [("alias",)],
        "nixpkgs": [("tool", "nixpkgs")],
        "lib": [("tool", "own")],
        "root": [("tool", "lib", "off")],
    }
