"""Read every commit status of one commit. Never writes."""

from __future__ import annotations

from flakebot.adapters.github.checks import Status
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.purpose import Purpose
from flakebot.model import Sha


def read_statuses(connection: Connection, sha: Sha) -> tuple[Status, ...]:
    """Return the statuses of a commit, newest first. Costs 1 call per 100; the combined one would name no creators."""
    purpose = Purpose(doing=f"read the statuses of {sha[:7]}", needs="Commit statuses: read")
    pages = connection.read_all(tuple[Status, ...], f"/repos/{connection.name}/commits/{sha}/statuses", purpose)
    return tuple(status for page in pages for status in page)
