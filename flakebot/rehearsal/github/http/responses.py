"""An answer as Starlette sends it."""

from __future__ import annotations

from starlette.responses import Response

from flakebot.rehearsal.github.http.answers import Answer


def response_of(answered: Answer) -> Response:
    """Turn an answer into a response."""
    return Response(answered.body, status_code=answered.status, headers=dict(answered.headers))
