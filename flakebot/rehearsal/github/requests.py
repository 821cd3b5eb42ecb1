"""The record of every request that was answered: for counting and for tests. Never holds a token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from msgspec import Struct

from flakebot.rehearsal.spans import Span


class RecordedRequest(Struct, frozen=True, kw_only=True):
    """One request as it was answered. ``start`` is in seconds since the epoch, ``duration`` in seconds.

    ``port`` is the client's, as the server sees it: requests of one port came over one connection.
    """

    step: str | None
    method: str
    host: str
    path: str
    query: str
    user_agent: str
    port: int
    account: str | None
    status: int
    start: float
    duration: float

    @property
    def span(self) -> Span:
        """When it was answered."""
        return Span(started=self.start, ended=self.start + self.duration)

    @property
    def is_api_call(self) -> bool:
        """Whether it counts against the API's limits: not git's transfers, not tarballs."""
        return self.host == "api.github.com"

    @property
    def is_from_nix(self) -> bool:
        """Whether Nix asked: it names its version and curl's, as ``curl/7.88.1 Nix/2.8.0``."""
        return "Nix/" in self.user_agent

    @property
    def is_from_git(self) -> bool:
        """Whether git asked."""
        return self.user_agent.startswith("git/")


@dataclass(slots=True, kw_only=True, eq=False)
class RequestLog:
    """All requests so far, each with the step that was marked when it arrived."""

    _requests: list[RecordedRequest] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    current_step: str | None = None

    def add(self, request: RecordedRequest) -> None:
        """Record a request."""
        with self._lock:
            self._requests.append(request)

    def all(self) -> tuple[RecordedRequest, ...]:
        """Return the requests in the order in which they were answered."""
        with self._lock:
            return tuple(self._requests)

    def of_step(self, step: str) -> tuple[RecordedRequest, ...]:
        """Return the requests of one step."""
        return tuple(request for request in self.all() if request.step == step)

    def api_calls(self, step: str) -> int:
        """Count one step's calls of the API, Nix's own left out."""
        return sum(request.is_api_call and not request.is_from_nix for request in self.of_step(step))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Mark everything that arrives meanwhile as a step's."""
        before, self.current_step = self.current_step, name
        try:
            yield
        finally:
            self.current_step = before
