"""From a node of a lock to what can be asked about it: where its content comes from, and on which ref. No I/O."""

from __future__ import annotations

from flakebot.lock.node import Attributes, Node
from flakebot.lock.place import LINKED
from flakebot.model.provenance import Content, OnRef, Source

FORGES = frozenset({"github", "gitlab", "sourcehut"})
ON_REFS = FORGES | {"git"}
"""The types whose revisions stand on a ref that a host can be asked for."""

FETCHED = ON_REFS | LINKED | {"path"}
"""The types whose content can be fetched again."""

_OF_PLACE = ("type", "owner", "repo", "host", "url")
_DESCRIPTION = frozenset({"dir", "lastModified", "narHash", "revCount", "treeHash"})
"""What a lock says of the content beyond where it is; to name it would be to suggest the answer."""


def content_of(node: Node) -> Content:
    """Ask for what stands behind ``locked``."""
    return _content(node.locked)


def served_for(node: Node) -> Content:
    """Ask for what the link that was asked for serves now."""
    return _content(node.original)


def _content(attributes: Attributes) -> Content:
    without = _DESCRIPTION | ({"rev"} if attributes.get("type") in LINKED else set())
    return Content(source=Source.of(attributes, without=without), directory=str(attributes.get("dir", "")))


def ref_of(node: Node) -> OnRef:
    """Ask whether the locked revision is on the ref that was asked for, or on the default branch."""
    ref = node.original.get("ref")
    return OnRef(
        place=Source.of({name: node.locked[name] for name in _OF_PLACE if name in node.locked}),
        ref=None if ref is None else str(ref),
        rev=str(node.locked.get("rev")),
    )


def spoken(question: OnRef) -> str:
    """Say where a ref is: ``nixos-unstable of github:NixOS/nixpkgs``."""
    text = question.place.text
    owner, url = text("owner"), text("url")
    where = f"{text('type')}:{owner}/{text('repo')}" if owner is not None else url
    host = text("host")
    return f"{question.ref or 'the default branch'} of {where}{f' on {host}' if host else ''}"
