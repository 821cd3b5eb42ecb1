"""Where git finds a place that a lock names. Pure; a place that must not or cannot be asked says why."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from flakebot.adapters.git.environment import Remote
from flakebot.model import RepositoryName
from flakebot.model.provenance import Source, Unknown

_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "sourcehut": "git.sr.ht"}


def forge_host(place: Source) -> str | None:
    """Return the host of a forge's repository, None for what is no forge's."""
    kind = place.text("type") or ""
    return (place.text("host") or _HOSTS[kind]) if kind in _HOSTS else None


def github_repository(place: Source, server: str) -> RepositoryName | None:
    """Return the repository when it is one of the GitHub at ``server``, as ``github.com``."""
    owner, name = place.text("owner"), place.text("repo")
    if place.text("type") != "github" or forge_host(place) != server or owner is None or name is None:
        return None
    return RepositoryName(owner=owner, name=name)


def git_remote(place: Source) -> Remote | Unknown:
    """Return where git can read the place without a secret."""
    url = _forge_url(place) or place.text("url") or ""
    parts = urlsplit(url)
    match parts.scheme:
        case "https" if parts.username is None and parts.password is None:
            return Remote(url=url)
        case "file" if Path(parts.path).is_absolute():
            return Remote(url=unquote(parts.path))
        case "" if Path(url).is_absolute():
            return Remote(url=url)
        case "ssh":
            return Unknown(reason="git over ssh needs a key, and whoever judges has none")
        case _:
            return Unknown(reason="git asks over https only, since nobody vouches for an answer over anything else")


def _forge_url(place: Source) -> str | None:
    host, owner, name = forge_host(place), place.text("owner"), place.text("repo")
    if host is None or owner is None or name is None:
        return None
    suffix = "" if place.text("type") == "sourcehut" else ".git"
    return f"https://{host}/{unquote(owner)}/{unquote(name)}{suffix}"
