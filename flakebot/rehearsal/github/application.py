"""The ASGI application: chooses by host, lets faults happen, records every request. Judges nothing itself."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Host, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flakebot.rehearsal.github.dispatch import dispatch
from flakebot.rehearsal.github.faults import Moment
from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.authentication import login_of
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import Endpoint
from flakebot.rehearsal.github.http.headers import common_headers
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.replies import Delay, Drop, ErrorReply
from flakebot.rehearsal.github.requests import RecordedRequest
from flakebot.rehearsal.github.rest import (
    accounts,
    archives,
    branches,
    checks,
    commits,
    compare,
    contents,
    graphql,
    issues,
    limits,
    merging,
    pulls,
    repositories,
    reviews,
    rules,
    statuses,
)
from flakebot.rehearsal.github.transfer.smart_http import SmartHttp

_TOKEN_IN_QUERY = re.compile(r"\btoken=[^&]*")
_API = (
    accounts,
    repositories,
    branches,
    compare,
    contents,
    archives,
    pulls,
    reviews,
    merging,
    issues,
    checks,
    statuses,
    graphql,
)
API_ENDPOINTS: tuple[Endpoint, ...] = (
    *(endpoint for resource in (*_API, rules, limits) for endpoint in resource.ENDPOINTS),
    *commits.ENDPOINTS,
)


def application(hub: Hub, transfer: SmartHttp, cut: Callable[[int], None]) -> ASGIApp:
    """Build the application; ``cut`` ends the connection of a client, by its port."""
    routes = (
        _host("api.github.com", [_route(hub, endpoint) for endpoint in API_ENDPOINTS]),
        _host("github.com", [*transfer.routes(), *(_route(hub, found) for found in archives.SITE_ENDPOINTS)]),
        _host("codeload.github.com", [_route(hub, found) for found in archives.CODELOAD_ENDPOINTS]),
    )
    return _Recorder(inner=_Misbehaviour(inner=Starlette(routes=list(routes)), hub=hub, cut=cut), hub=hub)


def _host(name: str, routes: list[BaseRoute]) -> Host:
    return Host(name, Starlette(routes=routes, exception_handlers={404: _unknown_path, 405: _unknown_path}))


def _unknown_path(_request: Request, _error: Exception) -> Response:
    return _response(answer(not_found().document, status=404, headers=common_headers()))


def _route(hub: Hub, endpoint: Endpoint) -> Route:
    async def respond(request: Request) -> Response:
        call = _call(hub, request, await request.body())
        answered = await run_in_threadpool(dispatch, endpoint, call)
        return _response(answered)

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


def _response(answered: Answer) -> Response:
    return Response(answered.body, status_code=answered.status, headers=dict(answered.headers))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Misbehaviour:
    """Lets faults and hooks happen around the real application."""

    inner: ASGIApp
    hub: Hub
    cut: Callable[[int], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        method, path = str(scope["method"]), str(scope["path"])
        await run_in_threadpool(self.hub.faults.run_hooks, Moment.BEFORE, method, path)
        match self.hub.faults.reply(method, path):
            case ErrorReply() as reply:
                await _error(reply, path)(scope, receive, send)
                return
            case Drop():
                self.cut(scope["client"][1])
                return
            case Delay(seconds=seconds):
                await asyncio.sleep(seconds)
            case None:
                pass
        await self.inner(scope, receive, self._sending(method, path, send))

    def _sending(self, method: str, path: str, send: Send) -> Send:
        async def after_hooks(message: Message) -> None:
            if message["type"] == "http.response.start":
                await run_in_threadpool(self.hub.faults.run_hooks, Moment.ANSWERED, method, path)
            await send(message)

        return after_hooks


def _error(reply: ErrorReply, path: str) -> Response:
    if path == "/graphql" and reply.graphql_message is not None:
        error = {"type": "NOT_FOUND", "message": reply.graphql_message}
        return _response(answer({"data": None, "errors": [error]}, headers=common_headers()))
    refusal = RefusalError(reply.status, reply.message, errors=reply.errors)
    headers = {**common_headers(), **reply.headers}
    return _response(answer(refusal.document, status=reply.status, headers=headers))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorder:
    """Records every request with its status and duration."""

    inner: ASGIApp
    hub: Hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        step, began, status = self.hub.requests.current_step, time.time(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self.inner(scope, receive, noting)
        finally:
            self.hub.requests.add(_recorded(self.hub, scope, step, began, status))


def _recorded(hub: Hub, scope: Scope, step: str | None, began: float, status: int) -> RecordedRequest:
    request = Request(scope)
    return RecordedRequest(
        step=step,
        method=request.method,
        host=request.url.hostname or "",
        path=request.url.path,
        query=_TOKEN_IN_QUERY.sub("token=***", request.url.query),
        user_agent=request.headers.get("user-agent", ""),
        account=login_of(hub.world, request.headers.get("authorization")),
        status=status,
        start=began,
        duration=time.time() - began,
    )
