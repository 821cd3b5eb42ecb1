"""Addresses, node IDs and times as GitHub writes them. Pure."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from flakebot.model import RepositoryName

Document = dict[str, object]
"""A JSON object on its way out."""

API = "https://api.github.com"
WEB = "https://github.com"


def node_id(kind: str, number: int) -> str:
    """Build the global ID of a thing, as GraphQL takes it back; ``kind`` is the usual prefix, as ``PR``."""
    packed = base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")
    return f"{kind}_{packed}"


def number_of(identifier: str, kind: str) -> int | None:
    """Read a global ID back, or return None when it is not one of this kind."""
    head, _, packed = identifier.partition("_")
    try:
        name, _, number = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode().partition(":")
    except (ValueError, UnicodeDecodeError):
        return None
    return int(number) if head == name == kind and number.isdecimal() else None


def time_text(moment: datetime | None) -> str | None:
    """Write a moment as GitHub does, as ``2026-01-31T12:00:00Z``."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def api_url(name: RepositoryName, *parts: object) -> str:
    """Build an address below a repository in the API."""
    return "/".join((f"{API}/repos/{name}", *map(str, parts)))


def web_url(name: RepositoryName, *parts: object) -> str:
    """Build an address below a repository on the site."""
    return "/".join((f"{WEB}/{name}", *map(str, parts)))
