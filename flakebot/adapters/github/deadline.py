"""An end to every request, however slowly its answer drips in. Never ends what was asked: that may have happened."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from threading import Thread
from typing import TypeVar

from requests.exceptions import Timeout

_T = TypeVar("_T")


def within(limit: timedelta, call: Callable[[], _T]) -> _T:
    """Return what a call returns, or raise what it raises; `Timeout` when neither came within the limit.

    A time limit of ``requests`` is one for each pause, which a byte a minute keeps within. The call is left behind in
    a thread that ends with the program. It is never called twice.
    """
    future: Future[_T] = Future()
    Thread(target=_settle, args=(future, call), daemon=True).start()
    try:
        return future.result(timeout=limit.total_seconds())
    except TimeoutError:
        raise Timeout from None


def _settle(future: Future[_T], call: Callable[[], _T]) -> None:
    try:
        answer = call()
    except BaseException as error:  # raised again where the answer is waited for
        future.set_exception(error)
    else:
        future.set_result(answer)
