"""Locks that nobody thought of: trees of inputs, as deep and wide as hypothesis likes, with follows among them."""

from __future__ import annotations

from unicodedata import normalize

from hypothesis import strategies as st

from tests.lock.samples import forge

Tree = dict[str, "Tree"]
Document = dict[str, object]

_names = st.text(
    st.characters(codec="utf-8", exclude_characters="/", exclude_categories=["C", "Z"]), min_size=1, max_size=6
).map(lambda name: normalize("NFC", name))
_trees: st.SearchStrategy[Tree] = st.recursive(
    st.just({}), lambda below: st.dictionaries(_names, below, max_size=4), max_leaves=25
)


@st.composite
def locks(draw: st.DrawFn) -> Document:
    """Draw a lock as a document."""
    tree = draw(_trees)
    nodes: dict[str, object] = {}
    paths: list[tuple[str, ...]] = [()]
    _plant(nodes, paths, tree, (), draw)
    return {"nodes": nodes, "root": "root", "version": 7}


def _plant(
    nodes: dict[str, object], paths: list[tuple[str, ...]], tree: Tree, path: tuple[str, ...], draw: st.DrawFn
) -> str:
    """Add a node for the tree, its inputs first; a follows leads to what is planted already, so that it ends."""
    inputs: dict[str, object] = {}
    for name, below in tree.items():
        if draw(st.integers(0, 4)) == 0:
            inputs[name] = list(draw(st.sampled_from(paths)))
        else:
            inputs[name] = _plant(nodes, paths, below, (*path, name), draw)
            paths.append((*path, name))
    key = f"n{len(nodes)}" if path else "root"
    number = draw(st.integers(1, 10**6))
    nodes[key] = forge(draw(_names), number, inputs) if path else ({"inputs": inputs} if inputs else {})
    return key
