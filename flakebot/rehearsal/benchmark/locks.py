"""Locks of any size, as Nix writes them: a tree of inputs, ten below each. Pure."""

from __future__ import annotations

import base64
import hashlib
import json

_BRANCHES = 10
_EPOCH = 1_700_000_000


def generated_lock(nodes: int, *, generation: int) -> bytes:
    """Return a lock with so many inputs; every one of them moves with the generation."""
    document: dict[str, object] = {"root": _node(0, nodes, None)}
    document |= {_name(number): _node(number, nodes, generation) for number in range(1, nodes + 1)}
    text = json.dumps({"nodes": document, "root": "root", "version": 7}, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def _node(number: int, nodes: int, generation: int | None) -> dict[str, object]:
    first = _BRANCHES * number + 1
    below = [_name(child) for child in range(first, min(first + _BRANCHES, nodes + 1))]
    inputs: dict[str, object] = {"inputs": {name: name for name in below}} if below else {}
    if generation is None:
        return inputs
    place = {"owner": "forest", "repo": _name(number), "type": "github"}
    digest = hashlib.sha256(f"{number} {generation}".encode()).digest()
    locked = {
        **place,
        "lastModified": _EPOCH + generation,
        "narHash": f"sha256-{base64.b64encode(digest).decode()}",
        "rev": digest.hex()[:40],
    }
    return {**inputs, "locked": locked, "original": place}


def _name(number: int) -> str:
    return f"tree{number}"
