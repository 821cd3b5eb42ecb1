"""A server on loopback with one answer to everything: for what no well-made server would say."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Protocol

from msgspec import Struct, field


class SameAnswerServer(Struct, frozen=True, kw_only=True):
    """Where the server is, and the paths that it was asked for so far."""

    address: str
    paths: list[str] = field(default_factory=list)


@contextmanager
def drip(head: bytes, pause: float = 0.05) -> Iterator[str]:
    """Start an answer and then let one byte at a time follow, until the asker hangs up. Yields the address."""

    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):
                self.wfile.write(head)
                for _ in range(int(20 / pause)):
                    self.wfile.write(b"x")
                    time.sleep(pause)

        do_DELETE = do_GET  # noqa: N815  # the base finds its methods by these names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class SameAnswer(Protocol):
    """Starts a server, stopped when the test ends."""

    def __call__(self, body: bytes) -> SameAnswerServer: ...


@contextmanager
def serve(body: bytes) -> Iterator[SameAnswerServer]:
    """Answer the same bytes to everything, and always promise another page."""
    paths: list[str] = []

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", "0")))
            self.send_response(200)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("link", '<http://127.0.0.1/next>; rel="next"')
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  # the base finds its methods by these names

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base's name
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Same) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SameAnswerServer(address=f"http://127.0.0.1:{server.server_port}", paths=paths)
        server.shutdown()
