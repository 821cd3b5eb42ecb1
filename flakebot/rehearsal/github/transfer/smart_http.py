"""The three addresses of git's smart HTTP protocol. Streams fetches; holds a push's report until all has followed."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from flakebot.rehearsal.github.events.auto_merge import settle
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.transfer import hook
from flakebot.rehearsal.github.transfer.access import may_fetch, may_push
from flakebot.rehearsal.github.transfer.backend import run_backend
from flakebot.rehearsal.github.transfer.pushes import Pushes
from flakebot.rehearsal.github.transfer.report import reworded

RECEIVE_PACK = "git-receive-pack"
UPLOAD_PACK = "git-upload-pack"


class SmartHttp(Struct, frozen=True, kw_only=True):
    """git's side of ``github.com``."""

    hub: Hub
    pushes: Pushes

    def routes(self) -> tuple[BaseRoute, ...]:
        """Return the addresses below a repository, with or without ``.git``."""
        return (
            Route("/{owner}/{repo}/info/refs", self.advertise, methods=["GET"]),
            Route(f"/{{owner}}/{{repo}}/{UPLOAD_PACK}", self.fetch, methods=["POST"]),
            Route(f"/{{owner}}/{{repo}}/{RECEIVE_PACK}", self.push, methods=["POST"]),
        )

    async def advertise(self, request: Request) -> Response:
        """List the refs for a fetch or a push."""
        is_push = request.query_params.get("service") == RECEIVE_PACK
        try:
            repository = await run_in_threadpool(self._admit, request, is_push=is_push)
        except RefusalError as refusal:
            return _refused(refusal)
        return await _stream(request, repository, "info/refs")

    async def fetch(self, request: Request) -> Response:
        """Send objects."""
        try:
            repository = await run_in_threadpool(self._admit, request, is_push=False)
        except RefusalError as refusal:
            return _refused(refusal)
        return await _stream(request, repository, UPLOAD_PACK)

    async def push(self, request: Request) -> Response:
        """Receive objects; the hook asks `Pushes` before a ref moves."""
        try:
            repository, pusher = await run_in_threadpool(may_push, self.hub, *_asked(request))
        except RefusalError as refusal:
            return _refused(refusal)
        key = self.pushes.begin(repository, pusher)
        try:
            extra = {hook.ADDRESS: f"{self.pushes.port}:{key}"}
            answered = await run_backend(request, repository.store.folder, RECEIVE_PACK, extra)
            report = b"".join([chunk async for chunk in answered.body])
        finally:
            await run_in_threadpool(self.pushes.end, key)
        return Response(reworded(report), status_code=answered.status, headers=dict(answered.headers))

    def _admit(self, request: Request, *, is_push: bool) -> Repository:
        with self.hub.world.lock:
            settle(self.hub)
            if is_push:
                return may_push(self.hub, *_asked(request))[0]
            return may_fetch(self.hub, *_asked(request))


def _asked(request: Request) -> tuple[str | None, str, str]:
    values = request.path_params
    return request.headers.get("authorization"), str(values["owner"]), str(values["repo"])


async def _stream(request: Request, repository: Repository, service: str) -> Response:
    answered = await run_backend(request, repository.store.folder, service, {})
    return StreamingResponse(answered.body, status_code=answered.status, headers=dict(answered.headers))


def _refused(refusal: RefusalError) -> Response:
    challenge = {"www-authenticate": 'Basic realm="GitHub"'} if refusal.status == 401 else {}
    return PlainTextResponse(f"{refusal.message}\n", status_code=refusal.status, headers=challenge)


def install_hooks(folder: Path) -> None:
    """Write the folder of hooks that all repositories share."""
    folder.mkdir(parents=True)
    script = folder / "pre-receive"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{Path(hook.__file__)}"\n')
    script.chmod(0o755)
