"""Where an input comes from, apart from which revision of it: the part of ``locked`` that an update leaves alone.

No I/O, and no judgement: a place that cannot be told from what the lock says is simply another place.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit

from flakebot.lock.node import Attribute, Attributes, Node
from flakebot.lock.permanent import is_known_service, is_permanent

REVISION = frozenset({"rev", "narHash", "lastModified", "revCount", "treeHash"})
"""The attributes that an update changes."""

PLACE = frozenset({"type", "host", "owner", "repo", "url", "dir", "path"})
"""The attributes that say where an input comes from."""

LINKED = frozenset({"tarball", "file"})
"""The types whose ``url`` may differ from what was asked for: a server can say where the content stays available
for good, and Nix locks that address (the lockable HTTP tarball protocol of Nix's manual)."""

_VARIABLE = REVISION | {"ref"}
_VARIABLE_LINKED = _VARIABLE | {"url"}

_BRANCHED = frozenset({"git", "hg"})
"""The types that are locked with the branch that was found where none was asked for."""

_VERSION = re.compile(r"v?\d[0-9A-Za-z]*|[0-9a-f]{7,64}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OF_REVISION = re.compile(r"(?:^|&)(?:rev|revCount)=[0-9a-f]+")
_FORGES = frozenset({"github.com", "gitlab.com", "codeberg.org"})
_PLAIN = re.compile(r"[\w+-][\w.+-]*", re.ASCII)


def is_identical(old: Attributes, new: Attributes) -> bool:
    """Whether two mappings hold the same; Python alone would take 1 for true."""
    return old == new and all(type(value) is type(new[name]) for name, value in old.items())


def is_same_place(old: Node, new: Node) -> bool:
    """Whether two nodes are locked to the same place, whatever the revision."""
    before, after = _link(old.locked), _link(new.locked)
    return _fixed(old.locked) == _fixed(new.locked) and (before == after or _leads_alike(old, new))


def _leads_alike(old: Node, new: Node) -> bool:
    """Whether a server may have sent two nodes to addresses of one thing: only those then may name a revision."""
    if is_known_service(_link(new.original)):
        return _link(old.original) == _link(new.original) and _is_permanent(old) and _is_permanent(new)
    is_led_away = _link(old.original) != _link(old.locked) and _link(new.original) != _link(new.locked)
    return is_led_away and _skeleton(_link(old.locked)) == _skeleton(_link(new.locked))


def is_redirect(node: Node) -> bool:
    """Whether a link is locked as it was asked for, or to the permanent address that a known service gives for it."""
    return _link(node.original) == _link(node.locked) or _is_permanent(node)


def _is_permanent(node: Node) -> bool:
    return is_permanent(_link(node.original), _link(node.locked))


def contradictions(node: Node) -> tuple[str, ...]:
    """Name the attributes in which ``locked`` is not what ``original`` asks for, as far as the lock alone can tell.

    An indirect input asks for no more than a name in a registry. Where a link leads is `is_redirect`'s question.
    """
    asked, held = node.original, node.locked
    wrong = {name for name in REVISION & asked.keys() if asked[name] != held.get(name)}
    if asked.get("type") != "indirect":
        wrong |= {name for name, _ in _fixed(asked).items() ^ _fixed(held).items()}
    if "ref" in held and branch(held) != branch(asked) and ("ref" in asked or held.get("type") not in _BRANCHED):
        wrong.add("ref")
    return tuple(sorted(wrong))


def branch(attributes: Attributes) -> Attribute | None:
    """Return the ref by its short name, None where there is none. Nix writes both forms of one branch."""
    ref = attributes.get("ref")
    return ref.removeprefix("refs/heads/") if isinstance(ref, str) else ref


def _fixed(attributes: Attributes) -> Attributes:
    variable = _VARIABLE_LINKED if attributes.get("type") in LINKED else _VARIABLE
    return {name: value for name, value in attributes.items() if name not in variable}


def _link(attributes: Attributes) -> str:
    return str(attributes.get("url")) if attributes.get("type") in LINKED else ""


def _skeleton(link: str) -> tuple[object, ...]:
    """Return an address without what looks like a version or a revision in it."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as an unclosed bracket around the host
        parts = SplitResult(link, "", "", "", "")
    segments = parts.path.split("/")
    fixed = _fixed_segments(parts.netloc, segments)
    kept = (*segments[:fixed], *map(_segment, segments[fixed:]))
    return (parts.scheme, parts.netloc, _OF_REVISION.sub("", parts.query), parts.fragment, *kept)


def _fixed_segments(host: str, segments: list[str]) -> int:
    """Return how many leading segments name an owner and a repository: a name may look like a version, as 1Password."""
    named = segments.index("archive") if "archive" in segments else 0
    return max(named, 3 if host in _FORGES else 0)


def _segment(segment: str) -> str | tuple[str, ...]:
    text = unquote(segment)
    if _UUID.fullmatch(text) is not None:
        return ()
    if _PLAIN.fullmatch(text) is None:
        return segment
    return tuple(token for token in re.split(r"[.+_-]", text) if _VERSION.fullmatch(token) is None)
