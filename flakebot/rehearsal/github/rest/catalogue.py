"""Every address of the API, in the order in which they are tried."""

from __future__ import annotations

from flakebot.rehearsal.github.http.endpoints import Endpoint
from flakebot.rehearsal.github.rest import (
    accounts,
    activity,
    archives,
    branches,
    checks,
    comments,
    commits,
    compare,
    contents,
    graphql,
    issues,
    labels,
    limits,
    merging,
    pulls,
    refs,
    repositories,
    reviews,
    rules,
    statuses,
)

_API = (
    accounts,
    repositories,
    activity,
    branches,
    refs,
    compare,
    contents,
    archives,
    pulls,
    reviews,
    merging,
    issues,
    comments,
    labels,
    checks,
    statuses,
    graphql,
)
API_ENDPOINTS: tuple[Endpoint, ...] = (
    *(endpoint for resource in (*_API, rules, limits) for endpoint in resource.ENDPOINTS),
    *commits.ENDPOINTS,
)
"""A ref may hold slashes, so what is shorter below ``/commits/`` is tried last."""
