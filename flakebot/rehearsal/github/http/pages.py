"""Pages of a list, with the ``Link`` header that leads to the others. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar
from urllib.parse import urlencode

from msgspec import Struct

from flakebot.rehearsal.github.http.call import Call

DEFAULT_SIZE = 30
LARGEST = 100

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list, and the header that belongs to it."""

    items: tuple[Item, ...]
    headers: Mapping[str, str]


def page_of(call: Call, items: Sequence[Item]) -> Page[Item]:
    """Return the page that was asked for by ``page`` and ``per_page``."""
    size = min(max(_number(call, "per_page", DEFAULT_SIZE), 1), LARGEST)
    number = max(_number(call, "page", 1), 1)
    last = max(1, -(-len(items) // size))
    shown = tuple(items[(number - 1) * size : number * size])
    links = _links(call, number, last)
    return Page(items=shown, headers={"link": links} if links else {})


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return int(text) if text.isdecimal() else default


def _links(call: Call, number: int, last: int) -> str:
    targets = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    backwards = {"prev", "first"} if number > 1 else set()
    forwards = {"next", "last"} if number < last else set()
    wanted = [name for name in targets if name in backwards | forwards]
    return ", ".join(f'<{_url(call, targets[name])}>; rel="{name}"' for name in wanted)


def _url(call: Call, page: int) -> str:
    query = urlencode({**call.query, "page": str(page)})
    return f"https://{call.host}{call.url_path}?{query}"
