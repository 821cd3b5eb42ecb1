"""Around every request: what goes wrong on demand, and the record. Looks into no body."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flakebot.rehearsal.github.faults import Moment
from flakebot.rehearsal.github.http.answers import answer
from flakebot.rehearsal.github.http.authentication import login_of
from flakebot.rehearsal.github.http.headers import common_headers
from flakebot.rehearsal.github.http.responses import response_of
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.replies import Delay, Drop, ErrorReply
from flakebot.rehearsal.github.requests import RecordedRequest

_TOKEN_IN_QUERY = re.compile(r"\btoken=[^&]*")


class Misbehaviour(Struct, frozen=True, kw_only=True):
    """Lets faults and hooks happen around the real application."""

    inner: ASGIApp
    hub: Hub
    cut: Callable[[int], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer wrongly if this request is to be, else as the inner application does."""
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
        return response_of(answer({"data": None, "errors": [error]}, headers=common_headers()))
    refusal = RefusalError(reply.status, reply.message, errors=reply.errors)
    headers = {**common_headers(), **reply.headers}
    return response_of(answer(refusal.document, status=reply.status, headers=headers))


class Recorder(Struct, frozen=True, kw_only=True):
    """Records every request with its status and duration."""

    inner: ASGIApp
    hub: Hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and record how it was answered."""
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
        port=request.client.port if request.client is not None else 0,
        account=login_of(hub.world, request.headers.get("authorization")),
        status=status,
        start=began,
        duration=time.time() - began,
    )
