"""An address of the API with what it needs and what answers it. Declares; runs nothing."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from flakebot.rehearsal.github.http.answers import Answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.permissions import Needs

Handler = Callable[[Call], Answer]


class Endpoint(Struct, frozen=True, kw_only=True):
    """One method on one path; ``needs`` is None where no repository is concerned."""

    method: str
    path: str
    handler: Handler
    needs: Needs | None


def in_repository(method: str, path: str, handler: Handler, needs: Needs) -> Endpoint:
    """Declare an address below ``/repos/{owner}/{repo}``."""
    return Endpoint(method=method, path=f"/repos/{{owner}}/{{repo}}{path}", handler=handler, needs=needs)


def elsewhere(method: str, path: str, handler: Handler) -> Endpoint:
    """Declare an address that is about no repository."""
    return Endpoint(method=method, path=path, handler=handler, needs=None)
