"""The CONNECT proxy: leads GitHub's hosts to the local server and refuses everything else. Nothing leaves loopback.

It sees what a client sees of the server, encryption and all, so it notes when somebody waited for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flakebot.rehearsal.github.certificates import HOSTS
from flakebot.rehearsal.spans import Span

_REQUEST = re.compile(rb"(?P<method>[A-Z]+) (?P<target>\S+) HTTP/1\.[01]\r\n")
_CHUNK = 65536
_HEAD_SECONDS = 30
_LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.005


@dataclass(slots=True, kw_only=True, eq=False)
class Waits:
    """How long the client of one tunnel waited each time, from when it said something to when it was answered."""

    spans: list[Span] = field(default_factory=list)
    _since: float | None = None

    def asked(self) -> None:
        """Begin to wait, unless the client waits already."""
        self._since = time.time() if self._since is None else self._since

    def answered(self) -> None:
        """Wait no longer."""
        if self._since is not None:
            self.spans.append(Span(started=self._since, ended=time.time()))
            self._since = None


@dataclass(slots=True, kw_only=True, eq=False)
class Proxy:
    """Tunnels to one port on loopback; knows each tunnel by the local port that the server sees."""

    server_port: int
    refused: list[str] = field(default_factory=list)
    waits: dict[int, Waits] = field(default_factory=dict)
    _tunnels: dict[int, asyncio.StreamWriter] = field(default_factory=dict)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until either side ends."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
        match = _REQUEST.match(head)
        target = match["target"].decode(errors="replace") if match else ""
        if match is None or match["method"] != b"CONNECT" or target not in {f"{host}:443" for host in HOSTS}:
            self.refused.append(target)
            await _refuse(writer, target)
            return
        await self._tunnel(reader, writer)

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waits = Waits()
        waits.asked()
        inner_reader, inner_writer = await asyncio.open_connection(_LOOPBACK, self.server_port)
        port = int(inner_writer.get_extra_info("sockname")[1])
        self._tunnels[port], self.waits[port] = writer, waits
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        waits.answered()
        try:
            await asyncio.gather(_copy(reader, inner_writer, waits.asked), _copy(inner_reader, writer, waits.answered))
        finally:
            del self._tunnels[port]
            inner_writer.close()

    def cut(self, port: int) -> None:
        """End the tunnel that the server sees under this port, without another byte."""
        writer = self._tunnels.get(port)
        if writer is not None:
            writer.transport.abort()

    async def close(self) -> None:
        """End all tunnels, and wait until each has taken note."""
        for port in tuple(self._tunnels):
            self.cut(port)
        while self._tunnels:
            await asyncio.sleep(_POLL_SECONDS)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, note: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            note()
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()


async def _refuse(writer: asyncio.StreamWriter, target: str) -> None:
    body = f"The rehearsal's proxy leads to {', '.join(HOSTS)} and nowhere else; {target} was refused.\n".encode()
    head = f"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
    writer.write(f"{head}\r\n".encode() + body)
    await writer.drain()
