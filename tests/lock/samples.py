"""Locks for tests: one sample with every kind of input, and edits of it by path."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path

GONE = object()
"""As the new value of an edit: take the field away."""

Edits = Mapping[str, object]
"""New values by their places in the document, as ``nodes/nixpkgs/locked/rev``."""

HISTORIES = Path(__file__).parent / "histories"
"""Locks written by real Nix, one folder a version, one file an update; ``make`` makes them."""


def rev(number: int) -> str:
    return f"{number:040x}"


def nar_hash(number: int) -> str:
    return f"sha256-{number:042d}A="


def at(number: int) -> dict[str, object]:
    """Everything that fixes a revision; a greater number is a later one."""
    return {"rev": rev(number), "narHash": nar_hash(number), "lastModified": 1700000000 + number}


def moved(node: str, number: int, *, back: bool = False) -> dict[str, object]:
    """The edits that move a node to another revision than that of the sample."""
    fixed = at(number) | ({"lastModified": 1} if back else {})
    return {f"nodes/{node}/locked/{name}": value for name, value in fixed.items()}


def forge(repo: str, number: int, inputs: dict[str, object] | None = None, **original: object) -> dict[str, object]:
    asked = {"type": "github", "owner": "acme", "repo": repo}
    node: dict[str, object] = {"locked": asked | at(number), "original": asked | original}
    return node | ({"inputs": inputs} if inputs else {})


def sample() -> dict[str, object]:
    channel = "https://releases.nixos.org/nixos/unstable/nixos-25.11pre800001.aaaabbbbcccc/nixexprs.tar.xz"
    hub = "https://api.flakehub.com/f/pinned/acme/hub/0.1.7%2Brev-" + rev(7) + "/018afb31-abd1-7bff-a5e4-cff7e18efb7a"
    indirect = forge("named", 20) | {"original": {"type": "indirect", "id": "named"}}
    nodes: dict[str, object] = {
        "root": {
            "inputs": {
                **{name: name for name in ("nixpkgs", "tool", "channel", "hub", "plain", "vcs", "named", "pinned")},
                "sub": "sub",
                "folder": "folder",
                "file": "file",
                "alias": ["tool", "parts"],
            }
        },
        "nixpkgs": forge("nixpkgs", 10, ref="nixos-unstable"),
        "tool": forge("tool", 11, {"nixpkgs": ["nixpkgs"], "lib": "lib", "parts": "parts", "own": ["tool", "lib"]}),
        "lib": forge("lib", 12, {"core": "core", "off": []}),
        "core": forge("core", 13),
        "parts": forge("parts", 14),
        "plain": {"flake": False, **forge("plain", 15)},
        "pinned": forge("pinned", 16, rev=rev(16)),
        "named": indirect,
        "channel": {
            "locked": {"type": "tarball", "url": channel, "narHash": nar_hash(17), "lastModified": 1700000017},
            "original": {"type": "tarball", "url": "https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz"},
        },
        "hub": {
            "locked": {"type": "tarball", "url": f"{hub}/source.tar.gz", **at(18), "revCount": 7},
            "original": {"type": "tarball", "url": "https://flakehub.com/f/acme/hub/0.1.%2A.tar.gz"},
        },
        "file": {
            "flake": False,
            "locked": {"type": "file", "url": "https://example.org/list.txt", "narHash": nar_hash(19)},
            "original": {"type": "file", "url": "https://example.org/list.txt"},
        },
        "vcs": {
            "locked": {"type": "git", "url": "https://vcs.test/v", "ref": "refs/heads/main", **at(21), "revCount": 9},
            "original": {"type": "git", "url": "https://vcs.test/v"},
        },
        "folder": {
            "locked": {"type": "path", "path": "/srv/folder", "narHash": nar_hash(22), "lastModified": 1700000022},
            "original": {"type": "path", "path": "/srv/folder"},
        },
        "sub": {
            "inputs": {"leaf": "leaf"},
            "locked": {"type": "path", "path": "./sub"},
            "original": {"type": "path", "path": "./sub"},
            "parent": [],
        },
        "leaf": forge("leaf", 23),
    }
    return {"nodes": nodes, "root": "root", "version": 7}


def edited(document: dict[str, object], edits: Edits) -> dict[str, object]:
    """Return a copy of the document with other values in some places."""
    result = copy.deepcopy(document)
    for place, value in edits.items():
        *above, last = place.split("/")
        fields = result
        for name in above:
            below = fields.setdefault(name, {})
            assert isinstance(below, dict)
            fields = below
        if value is GONE:
            del fields[last]
        else:
            fields[last] = value
    return result


def written(document: dict[str, object]) -> bytes:
    """Return the bytes that Nix writes, by Python's own encoder."""
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def lock(edits: Edits | None = None) -> bytes:
    """Return the sample, or an edit of it, as Nix writes it."""
    return written(edited(sample(), edits or {}))


def ladder(shift: int) -> bytes:
    """Return layers of nodes, each an input of all of the layer above: with another shift, pairs outnumber nodes."""
    width = 40
    layers = [[f"l{layer}n{at}" for at in range(width)] for layer in range(3)]
    nodes: dict[str, object] = {"root": {"inputs": {f"i{at}": name for at, name in enumerate(layers[0])}}}
    for layer, below in zip(layers, (*layers[1:], []), strict=True):
        for at, name in enumerate(layer):
            inputs: dict[str, object] = {f"i{to}": below[(to + at * shift) % width] for to in range(len(below))}
            nodes[name] = forge(name, 1, inputs)
    return written({"nodes": nodes, "root": "root", "version": 7})


def renamed(document: dict[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """Return the same lock with other names for its nodes."""
    nodes = document["nodes"]
    assert isinstance(nodes, dict)
    result: dict[str, object] = {}
    for name, node in nodes.items():
        inputs = {key: names.get(edge, edge) if isinstance(edge, str) else edge for key, edge in _inputs(node).items()}
        result[names.get(name, name)] = node | ({"inputs": inputs} if inputs else {})
    return document | {"nodes": result}


def _inputs(node: dict[str, object]) -> dict[str, object]:
    inputs = node.get("inputs", {})
    assert isinstance(inputs, dict)
    return inputs
