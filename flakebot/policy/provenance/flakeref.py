"""What a flake reference asks for, as attributes: the ``original`` that Nix writes for it. No I/O.

After Nix's manual, "nix flake": a form that is not known here is no answer, and nobody is judged by it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from flakebot.lock.node import Attribute, Attributes

_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FORGE = re.compile(r"(github|gitlab|sourcehut):([^/?#]+)/([^/?#]+)(?:/([^?#]+))?(?:\?([^#]*))?")
_GIT = re.compile(r"(?:git\+(?=(?:https?|ssh|file)://)|(?=git://))([^?#]+)(?:\?([^#]*))?")
_LINK = re.compile(r"(?:(tarball|file)\+)?((?:https?|file)://[^?#]+(?:\?[^#]*)?)")
_PATH = re.compile(r"(?:path:)?(\.{0,2}/[^?#]*|\.{1,2})(?:\?([^#]*))?|path:([^?#]+)(?:\?([^#]*))?")
_INDIRECT = re.compile(r"(?:flake:)?([a-zA-Z][\w-]*)(?:/([^/?#]+))?(?:/([0-9a-f]{40}))?", re.ASCII)
_ARCHIVE = re.compile(r"[^?]*\.(?:zip|tar|tgz|tar\.(?:gz|xz|bz2|zst))(?:\?.*)?")
_SWITCHES = frozenset({"allRefs", "exportIgnore", "lfs", "shallow", "submodules"})
_OF_FORGE = frozenset({"dir", "host", "narHash", "ref", "rev"})
_OF_GIT = frozenset({"dir", "narHash", "ref", "rev"}) | _SWITCHES
_OF_PATH = frozenset({"dir", "narHash"})


def asked_by(reference: str, *, is_flake: bool) -> Attributes | None:
    """Return the attributes of a reference, None where its form or a parameter of it is not known."""
    if found := _FORGE.fullmatch(reference):
        return _forge(*found.groups())
    if found := _GIT.fullmatch(reference):
        return _with({"type": "git", "url": found[1]}, found[2], _OF_GIT)
    if found := _LINK.fullmatch(reference):
        is_tree = found[1] == "tarball" or (not found[1] and (is_flake or _ARCHIVE.fullmatch(found[2])))
        return _link("tarball" if is_tree else "file", found[2])
    if found := _PATH.fullmatch(reference):
        return _with({"type": "path", "path": found[1] or found[3]}, found[2] or found[4], _OF_PATH)
    if found := _INDIRECT.fullmatch(reference):
        return _indirect(*found.groups())
    return None


def _forge(kind: str, owner: str, repo: str, revision: str | None, query: str | None) -> Attributes | None:
    asked: dict[str, Attribute] = {"type": kind, "owner": owner, "repo": repo}
    return _with(asked | _ref_or_rev(revision), query, _OF_FORGE)


def _indirect(name: str, revision: str | None, rev: str | None) -> Attributes:
    return {"type": "indirect", "id": name} | _ref_or_rev(revision) | ({"rev": rev} if rev else {})


def _ref_or_rev(said: str | None) -> dict[str, Attribute]:
    if not said:
        return {}
    return {"rev" if _REVISION.fullmatch(said) else "ref": said}


def _link(kind: str, url: str) -> Attributes | None:
    """Return a link's attributes; what its query says of a folder is flakebot's to know only where it stands alone."""
    base, _, query = url.partition("?")
    parameters = dict(parse_qsl(query))
    if not {"dir", "narHash", "rev", "revCount", "lastModified"} & parameters.keys():
        return {"type": kind, "url": url}
    return _with({"type": kind, "url": base}, query, frozenset({"dir", "narHash"}))


def _with(asked: dict[str, Attribute], query: str | None, known: frozenset[str]) -> Attributes | None:
    parameters = parse_qsl(query or "", keep_blank_values=True)
    names = [name for name, _ in parameters]
    if len({*names, *asked}) < len(names) + len(asked) or not known.issuperset(names):
        return None
    return asked | {name: value == "1" if name in _SWITCHES else value for name, value in parameters}


def is_same_asked(asked: Attributes, original: Attributes) -> bool:
    """Whether an input's ``original`` is what a flake.nix asks for; Nix decodes what stands in an address or not."""
    return _plain(asked) == _plain(original)


def _plain(attributes: Attributes) -> dict[str, Attribute]:
    return {name: unquote(value) if isinstance(value, str) else value for name, value in attributes.items()}
