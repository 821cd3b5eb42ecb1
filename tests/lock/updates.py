"""Updates that nobody thought of: two locks of one flake.nix, whose inputs change what they have between the two."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st
from msgspec import Struct

from flakebot.lock.document import LockError, parse
from tests.lock.samples import forge, written

Path = tuple[str, ...]
Told = dict[Path, Path]
"""What flake.nix has inputs of inputs follow."""

ROOTS, BELOW = ("a", "b", "c", "nixpkgs", "root"), ("nixpkgs", "nixpkgs_2", "p")

_paths: st.SearchStrategy[Path] = st.builds(
    lambda root, below: (root, *below), st.sampled_from(ROOTS), st.lists(st.sampled_from(BELOW), max_size=2)
)
_inputs: st.SearchStrategy[Path] = st.tuples(st.sampled_from(ROOTS), st.sampled_from(BELOW))
_told: st.SearchStrategy[Told] = st.dictionaries(_inputs, _paths, max_size=6)


class Update(Struct, frozen=True, kw_only=True):
    """The lock before and after."""

    old: bytes
    new: bytes


@st.composite
def updates(draw: st.DrawFn) -> Update:
    """Draw an update of a flake with five inputs, of which some move and then bring other inputs of their own."""
    told, old = draw(_told), {name: draw(_contents()) for name in ROOTS}
    new = {name: draw(_contents()) if draw(st.booleans()) else old[name] for name in ROOTS}
    return Update(old=_lock(old, told), new=_lock(new, told))


@st.composite
def _contents(draw: st.DrawFn) -> dict[Path, Path | int]:
    """Draw what is at and below a root input: by path, the number of a release, or another input that it follows."""
    found: dict[Path, Path | int] = {(): draw(st.integers(1, 9))}
    for name in draw(st.lists(st.sampled_from(BELOW), unique=True)):
        other = draw(st.sampled_from(BELOW))
        found[(name,)] = draw(st.one_of(st.integers(1, 9), st.just((other,)))) if other != name else 1
        if isinstance(found[(name,)], int):
            found |= {(name, inner): draw(st.integers(1, 9)) for inner in draw(st.sets(st.sampled_from(BELOW)))}
    return found


def _lock(contents: dict[str, dict[Path, Path | int]], told: Told) -> bytes:
    """Write a lock; what would lead nowhere is left out, as if its owner had not had it."""
    held: dict[Path, Path | int] = {}
    for root, below in contents.items():
        held |= {(root, *path): value if isinstance(value, int) else (root, *value) for path, value in below.items()}
    held = {path: told.get(path, value) for path, value in held.items() if path[:2] == path or path[:2] not in told}
    while lost := {path for path, value in held.items() if not isinstance(value, int) and value not in held}:
        held = {path: value for path, value in held.items() if not any(path[: len(cut)] == cut for cut in lost)}
    data = written(_document(held))
    try:
        parse(data)
    except LockError:
        assume(False)
    return data


def _document(held: dict[Path, Path | int]) -> dict[str, object]:
    nodes: dict[str, object] = {}
    _plant(nodes, held, (), "root")
    return {"nodes": nodes, "root": "root", "version": 7}


def _plant(nodes: dict[str, object], held: dict[Path, Path | int], path: Path, wanted: str) -> str:
    """Add the node at a path, then those below it, as Nix walks and names them."""
    key = next(name for name in (wanted, *(f"{wanted}_{number}" for number in range(2, 99))) if name not in nodes)
    nodes[key], inputs = {}, dict[str, object]()
    for below, value in sorted((below, value) for below, value in held.items() if below and below[:-1] == path):
        inputs[below[-1]] = _plant(nodes, held, below, below[-1]) if isinstance(value, int) else list(value)
    number = held.get(path, 0)
    node = forge(path[-1], number, inputs) if path and isinstance(number, int) else {"inputs": inputs}
    nodes[key] = node
    return key
