"""Links of services that are known to answer with a permanent address, and what that address looks like. No I/O.

Nix locks the address that a server gives in its ``Link`` header (the lockable HTTP tarball protocol of Nix's manual).
A link to a channel or to a range of versions has to lead to a release of that channel, or to a version in that range.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TAIL = r"(\.tar\.gz|\.zip)"
_ARCHIVE = re.compile(rf"(https://(?!github\.com/)[^/?#]+/)(?:api/v1/repos/)?((?:[^/?#]+/)+archive/)[^/?#]+?{_TAIL}")
"""Forgejo and Gitea: a branch's archive leads to its commit's; some servers repeat the revision as a parameter."""

_CHANNEL = re.compile(
    r"https://(?:channels\.nixos\.org|nixos\.org/channels)/(nixos|nixpkgs)-([\w.-]+)/(nixexprs\.tar\.(?:xz|zst))"
)
_FLAKEHUB = re.compile(r"https://(?:api\.)?flakehub\.com/f/(?!pinned/)([^/?#]+)/([^/?#]+)/([^/?#]+?)(?:\.tar\.gz)?")
_RANGE = re.compile(r"v?(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?")


def _of_archive(asked: re.Match[str]) -> str:
    host, path, tail = map(re.escape, asked.groups())
    return rf"{host}(?:api/v1/repos/)?{path}([0-9a-f]{{40}}){tail}(?:\?rev=\1)?"


def _of_channel(asked: re.Match[str]) -> str:
    """Return the releases of a channel; those of nixpkgs-unstable alone stand in no folder of the channel's name."""
    project, channel, file = asked.groups()
    folder = "" if (project, channel) == ("nixpkgs", "unstable") else f"{re.escape(channel)}/"
    return rf"https://releases\.nixos\.org/{project}/{folder}{project}-[\w.-]+/{re.escape(file)}"


def _of_flakehub(asked: re.Match[str]) -> str:
    """Return the pinned versions in a range; FlakeHub finds organisations whatever their letters' case."""
    place = f"{re.escape(asked[1])}/{re.escape(asked[2])}"
    version = rf"{re.escape(_common(asked[3]))}[\w.%+-]+"
    told = r"(?:\?rev=[0-9a-f]{40}(?:&revCount=\d+)?)?"
    return rf"https://api\.flakehub\.com/f/pinned/(?i:{place})/{version}/[\w-]+/source\.tar\.gz{told}"


def _common(versions: str) -> str:
    """Return what all versions in a range begin with, as ``0.2505.``: nothing for a range in other words."""
    found = _RANGE.fullmatch(versions)
    if found is None:
        return ""
    major, minor, patch = found.groups()
    is_minor_fixed = minor is not None and minor != "*" and (major == "0" or patch == "*")
    return f"{major}.{minor}." if is_minor_fixed else f"{major}."


_SERVICES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_CHANNEL, _of_channel),
    (_FLAKEHUB, _of_flakehub),
    (_ARCHIVE, _of_archive),
)


def is_known_service(asked: str) -> bool:
    """Whether a link is one of which the permanent addresses are known."""
    return any(pattern.fullmatch(asked) for pattern, _ in _SERVICES)


def is_permanent(asked: str, held: str) -> bool:
    """Whether a link of a known service is locked to an address that the service gives for it."""
    found = ((pattern.fullmatch(asked), permanent) for pattern, permanent in _SERVICES)
    return any(match is not None and re.fullmatch(permanent(match), held) for match, permanent in found)
