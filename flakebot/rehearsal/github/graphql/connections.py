"""Lists as GraphQL pages them. Pure; a cursor is the position behind an entry."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from flakebot.rehearsal.github.shapes.basics import Document

Item = TypeVar("Item")
Resolver = Callable[..., object]
"""Called by the GraphQL library with its own information and the field's arguments by name."""


def paged(items: Callable[[], Sequence[Item]], shape: Callable[[Item], Document]) -> Resolver:
    """Build the resolver of a connection; nothing is read or shaped before it is asked for."""

    def connection(_info: object, **arguments: object) -> Document:
        return connection_of(tuple(items()), shape, arguments)

    return connection


def connection_of(items: Sequence[Item], shape: Callable[[Item], Document], arguments: Document) -> Document:
    """Cut out what ``first`` and ``after``, or ``last`` and ``before``, ask for."""
    start = _position(arguments.get("after"), 0)
    end = _position(arguments.get("before"), len(items) + 1) - 1 if arguments.get("before") else len(items)
    first, last = arguments.get("first"), arguments.get("last")
    if isinstance(first, int):
        end = min(end, start + first)
    if isinstance(last, int):
        start = max(start, end - last)
    return {
        "totalCount": len(items),
        "nodes": [shape(item) for item in items[start:end]],
        "edges": [
            {"cursor": cursor(position), "node": shape(item)}
            for position, item in enumerate(items[start:end], start=start + 1)
        ],
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "startCursor": cursor(start + 1) if start < end else None,
            "endCursor": cursor(end) if start < end else None,
        },
    }


def cursor(position: int) -> str:
    """Write a cursor."""
    return base64.b64encode(f"cursor:{position}".encode()).decode()


def _position(text: object, default: int) -> int:
    if not isinstance(text, str):
        return default
    return int(base64.b64decode(text).decode().removeprefix("cursor:"))


def empty(_info: object, **_arguments: object) -> Document:
    """Resolve a connection of things that the stand-in does not have."""
    return connection_of((), dict, {})
