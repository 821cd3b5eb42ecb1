"""The headers that GitHub puts on every answer of the API. Pure."""

from __future__ import annotations

import secrets

from flakebot.rehearsal.github.http.endpoints import Endpoint
from flakebot.rehearsal.github.limits import Allowance
from flakebot.rehearsal.github.state.tokens import Token, TokenKind


def common_headers() -> dict[str, str]:
    """Return what does not depend on who asks."""
    return {
        "server": "github.com",
        "x-github-media-type": "github.v3; format=json",
        "x-github-request-id": secrets.token_hex(10).upper(),
        "access-control-allow-origin": "*",
        "cache-control": "private, max-age=60, s-maxage=60",
    }


def rate_headers(allowance: Allowance) -> dict[str, str]:
    """Return the state of the primary limit."""
    return {
        "x-ratelimit-limit": str(allowance.limit),
        "x-ratelimit-remaining": str(allowance.remaining),
        "x-ratelimit-used": str(allowance.used),
        "x-ratelimit-reset": str(allowance.reset),
        "x-ratelimit-resource": "core",
    }


def token_headers(token: Token | None, endpoint: Endpoint) -> dict[str, str]:
    """Return what a token holds (classic) or what would have been enough (all others)."""
    if token is None:
        return {}
    if token.kind is TokenKind.CLASSIC:
        accepted = "" if endpoint.needs is None else "repo"
        return {"x-oauth-scopes": ", ".join(token.scopes), "x-accepted-oauth-scopes": accepted}
    return {} if endpoint.needs is None else {"x-accepted-github-permissions": endpoint.needs.header}
