"""git http-backend as a subprocess that streams. Knows CGI; knows nothing of tokens or rules."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request

from flakebot.rehearsal.github.git.process import ENVIRONMENT

_CHUNK = 65536


class CgiResponse(Struct, frozen=True, kw_only=True):
    """The head of a response, and its body as it comes."""

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]


async def run_backend(request: Request, folder: Path, service: str, extra: Mapping[str, str]) -> CgiResponse:
    """Start the backend for a request and return when it has sent its headers."""
    process = await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**_environment(request, folder, service), **extra},
    )
    feeding = asyncio.create_task(_feed(request, process))
    status, headers = await _head(process)
    return CgiResponse(status=status, headers=headers, body=_body(process, feeding))


def _environment(request: Request, folder: Path, service: str) -> dict[str, str]:
    """Build the CGI variables; ``Git-Protocol`` chooses version 2, and bodies may come gzipped."""
    return {
        **ENVIRONMENT,
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_TRANSLATED": f"{folder}/{service}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.url.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": request.headers.get("content-length", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }


async def _feed(request: Request, process: asyncio.subprocess.Process) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(OSError, ClientDisconnect):
        async for chunk in request.stream():
            process.stdin.write(chunk)
            await process.stdin.drain()
    process.stdin.close()


async def _head(process: asyncio.subprocess.Process) -> tuple[int, dict[str, str]]:
    headers: dict[str, str] = {}
    while process.stdout is not None and (line := await process.stdout.readline()).strip():
        name, _, value = line.decode().strip().partition(": ")
        headers[name.lower()] = value
    status = headers.pop("status", "200 OK")
    return int(status.split()[0]), headers


async def _body(process: asyncio.subprocess.Process, feeding: asyncio.Task[None]) -> AsyncIterator[bytes]:
    is_whole = False
    try:
        while process.stdout is not None and (chunk := await process.stdout.read(_CHUNK)):
            yield chunk
        is_whole = True
    finally:
        feeding.cancel()
        if not is_whole:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)  # not process.kill(), which would reap behind asyncio's back
        await process.wait()
