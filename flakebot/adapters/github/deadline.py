"""An end to every request, however slowly its answer drips in. Never ends what was asked: that may have happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from requests.exceptions import Timeout

from flakebot.interrupts import aside, awaited, heed

_T = TypeVar("_T")


def within(limit: timedelta, call: Callable[[], _T]) -> _T:
    """Return what a call returns, or raise what it raises; `Timeout` when neither came within the limit.

    A time limit of ``requests`` is one for each pause, which a byte a minute keeps within. The call is left behind in
    a thread that ends with the program. It is never called twice.
    """
    heed()  # or it would be asked for, and then left behind
    try:
        (answer,) = awaited((aside(call),), limit=limit.total_seconds())
    except TimeoutError:
        raise Timeout from None
    return answer
