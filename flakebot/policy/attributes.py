"""Which attributes each type of input has, and of which type they are. A table and its reading, no judgement.

Collected from ``inputFromAttrs`` and ``allowedAttrs`` in src/libfetchers of Nix 2.4 to 2.34; ``dir`` belongs to every
flake reference (src/libflake/flakeref.cc).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flakebot.lock.node import Attributes
from flakebot.lock.wording import shown

Types = dict[str, type]

_ALWAYS: Types = {"type": str, "dir": str, "narHash": str, "lastModified": int, "rev": str}
_FORGE: Types = {"owner": str, "repo": str, "ref": str, "host": str, "treeHash": str}
_LINK: Types = {"url": str, "name": str, "unpack": bool, "revCount": int}
_GIT: Types = {
    **dict.fromkeys(("url", "ref", "name", "keytype", "publicKey", "publicKeys", "dirtyRev", "dirtyShortRev"), str),
    **dict.fromkeys(("shallow", "submodules", "lfs", "exportIgnore", "allRefs", "verifyCommit"), bool),
    "revCount": int,
}

KNOWN: Mapping[str, Types] = {
    "github": _ALWAYS | _FORGE,
    "gitlab": _ALWAYS | _FORGE,
    "sourcehut": _ALWAYS | _FORGE,
    "git": _ALWAYS | _GIT,
    "hg": {**_ALWAYS, "url": str, "ref": str, "name": str, "revCount": int},
    "tarball": _ALWAYS | _LINK,
    "file": _ALWAYS | _LINK,
    "path": {**_ALWAYS, "path": str, "revCount": int},
    "indirect": {**_ALWAYS, "id": str, "ref": str},
}
"""Every attribute of every type of input that Nix has."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "github": ("owner", "repo"),
    "gitlab": ("owner", "repo"),
    "sourcehut": ("owner", "repo"),
    "git": ("url",),
    "hg": ("url",),
    "tarball": ("url",),
    "file": ("url",),
    "path": ("path",),
    "indirect": ("id",),
}
"""The attributes without which an input of the type is none."""

REVISIONED = frozenset({"github", "gitlab", "sourcehut", "git", "hg"})
"""The types that are locked by a revision."""


LATEST = 2**33
"""Seconds since 1970 that no commit of ours reaches; dates beyond are mistakes or attacks."""


def faults(attributes: Attributes) -> Iterator[str]:
    """Say what is wrong with the attributes, each as a clause; an unknown type has no known faults."""
    kind = attributes.get("type")
    if not isinstance(kind, str):
        yield f"has {'no type' if kind is None else f'the type {shown(kind)}'}"
        return
    known = KNOWN.get(kind)
    if known is None:
        return
    for name, value in sorted(attributes.items()):
        if name not in known:
            yield f"has the attribute {shown(name)}, which an input of type {kind} has not"
        elif type(value) is not known[name]:
            yield f"has {shown(value)} as {name}, expected {_NAMES[known[name]]}"
    yield from _values(kind, attributes)


def _values(kind: str, attributes: Attributes) -> Iterator[str]:
    if isinstance(time := attributes.get("lastModified"), int) and not 0 <= time < LATEST:
        yield f"has {time} as lastModified, expected seconds since 1970 before the year 2242"
    for name in NEEDED[kind]:
        if name not in attributes:
            yield f"has no {name}, which an input of type {kind} needs"


_NAMES: Mapping[type, str] = {str: "a string", int: "an integer", bool: "true or false"}
