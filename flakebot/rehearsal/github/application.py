"""The ASGI application: every host's addresses, and what answers them. Judges nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Host, Route
from starlette.types import ASGIApp

from flakebot.rehearsal.github.dispatch import dispatch
from flakebot.rehearsal.github.http.answers import answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import Endpoint
from flakebot.rehearsal.github.http.headers import common_headers
from flakebot.rehearsal.github.http.responses import response_of
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.middleware import Misbehaviour, Recorder
from flakebot.rehearsal.github.refusals import not_found
from flakebot.rehearsal.github.rest import archives
from flakebot.rehearsal.github.rest.catalogue import API_ENDPOINTS
from flakebot.rehearsal.github.transfer.smart_http import SmartHttp

_CLIENT_LEFT = 499
"""Nobody reads it; it stands in the record of the requests."""


def application(hub: Hub, transfer: SmartHttp, cut: Callable[[int], None]) -> ASGIApp:
    """Build the application; ``cut`` ends the connection of a client, by its port."""
    routes = (
        _host("api.github.com", [_route(hub, endpoint) for endpoint in API_ENDPOINTS]),
        _host("github.com", [*transfer.routes(), *(_route(hub, found) for found in archives.SITE_ENDPOINTS)]),
        _host("codeload.github.com", [_route(hub, found) for found in archives.CODELOAD_ENDPOINTS]),
    )
    return Recorder(inner=Misbehaviour(inner=Starlette(routes=list(routes)), hub=hub, cut=cut), hub=hub)


def _host(name: str, routes: list[BaseRoute]) -> Host:
    return Host(name, Starlette(routes=routes, exception_handlers={404: _unknown_path, 405: _unknown_path}))


def _unknown_path(_request: Request, _error: Exception) -> Response:
    return response_of(answer(not_found().document, status=404, headers=common_headers()))


def _route(hub: Hub, endpoint: Endpoint) -> Route:
    async def respond(request: Request) -> Response:
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=_CLIENT_LEFT)
        answered = await run_in_threadpool(dispatch, endpoint, _call(hub, request, body))
        return response_of(answered)

    return Route(endpoint.path, respond, methods=[endpoint.method])


def _call(hub: Hub, request: Request, body: bytes) -> Call:
    return Call(
        hub=hub,
        method=request.method,
        host=request.url.hostname or "",
        url_path=request.url.path,
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        headers=dict(request.headers),
        token=None,
        body=body,
    )
