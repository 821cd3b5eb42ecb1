"""The servers' thread: proxy, TLS server and the hook's door, all on free loopback ports."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import uvicorn

from flakebot.rehearsal.github.application import application
from flakebot.rehearsal.github.certificates import Certificates
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.proxy import Proxy
from flakebot.rehearsal.github.transfer.pushes import Pushes
from flakebot.rehearsal.github.transfer.smart_http import SmartHttp

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 10
_STOP_SECONDS = 10
_POLL_SECONDS = 0.005


@dataclass(slots=True, kw_only=True, eq=False)
class ServerThread:
    """One thread with one event loop, from `start` to `stop`."""

    hub: Hub
    certificates: Certificates
    proxy_port: int = 0
    proxy: Proxy = field(default_factory=lambda: Proxy(server_port=0))
    _ready: threading.Event = field(default_factory=threading.Event)
    _end: Callable[[], object] = lambda: None
    _thread: threading.Thread | None = None
    _failure: BaseException | None = None

    def start(self) -> None:
        """Start, and return when requests are answered. Raises `RuntimeError` when that fails."""
        self._thread = threading.Thread(target=self._run, name="stand-in GitHub", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or self._failure is not None:
            raise RuntimeError("the stand-in GitHub did not start") from self._failure

    def stop(self) -> None:
        """Stop answering and end the thread."""
        with suppress(RuntimeError):  # its loop is closed where it ended by itself
            self._end()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        listener = _listener()
        self.proxy.server_port = _port(listener)
        pushes = Pushes(hub=self.hub)
        hooks = await asyncio.start_server(pushes.answer, _LOOPBACK, 0)
        pushes.port = _port(hooks.sockets[0])
        entrance = await asyncio.start_server(self.proxy.accept, _LOOPBACK, 0)
        self.proxy_port = _port(entrance.sockets[0])
        server, over = self._tls_server(pushes), asyncio.Event()
        self._end = partial(asyncio.get_running_loop().call_soon_threadsafe, over.set)
        async with hooks, entrance:
            attending = asyncio.create_task(self._attend(server, over))
            await server.serve(sockets=[listener])
            over.set()
            await attending

    def _tls_server(self, pushes: Pushes) -> uvicorn.Server:
        app = application(self.hub, SmartHttp(hub=self.hub, pushes=pushes), self.proxy.cut)
        config = uvicorn.Config(
            app,
            ssl_certfile=self.certificates.chain,
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=60,
        )
        return uvicorn.Server(config)

    async def _attend(self, server: uvicorn.Server, over: asyncio.Event) -> None:
        """Say when it answers. At the end cut every tunnel, since a server waits for its clients to leave."""
        while not server.started and not over.is_set():
            await asyncio.sleep(_POLL_SECONDS)
        self._ready.set()
        await over.wait()
        server.should_exit = server.force_exit = True
        await self.proxy.close()


def _listener() -> socket.socket:
    # Named TCP, since asyncio turns Nagle's algorithm off only then: without it each answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_LOOPBACK, 0))
    return listener


def _port(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])
