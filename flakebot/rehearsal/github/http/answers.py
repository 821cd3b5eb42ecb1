"""An answer before it becomes bytes on the wire. Values only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

JSON_TYPE = "application/json; charset=utf-8"


class Answer(Struct, frozen=True, kw_only=True):
    """A status, headers and a body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(
    document: Mapping[str, object] | Sequence[object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with a JSON document."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status=status, body=body, headers={"content-type": JSON_TYPE, **(headers or {})})


def created(document: Mapping[str, object]) -> Answer:
    """Answer that something was made."""
    return answer(document, status=201)


def no_content() -> Answer:
    """Answer that it was done and that there is nothing to say."""
    return Answer(status=204)
