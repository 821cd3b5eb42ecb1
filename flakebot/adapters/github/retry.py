"""Which requests are sent again, when and how often. Never repeats a write that may have happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from flakebot.adapters.github.errors import NOT_VISIBLE_YET, DeclinedError, OutageError, RateLimitedError
from flakebot.ports import Clock

ATTEMPTS = 4
LONGEST_WAIT = timedelta(minutes=5)
"""How long one request may wait altogether before the command gives up and says so."""

_T = TypeVar("_T")


def persistently(call: Callable[[], _T], *, clock: Clock, may_repeat: Callable[[BaseException], bool]) -> _T:
    """Call, and call again after a pause while that is safe and may help; the last error is raised as it is."""
    retrying = Retrying(
        retry=retry_if_exception(may_repeat),
        wait=_pause,
        stop=_gives_up,
        sleep=lambda seconds: clock.sleep(timedelta(seconds=seconds)),
        reraise=True,
    )
    return retrying(call)


def may_read_again(error: BaseException) -> bool:
    """Say whether a failed GET is worth sending again."""
    return isinstance(error, OutageError) or may_write_again(error)


def may_write_again(error: BaseException) -> bool:
    """Say whether GitHub refused even to look at the request, so that nothing can have been written."""
    match error:
        case RateLimitedError():
            return True
        case DeclinedError(answer=answer):
            return answer.says(NOT_VISIBLE_YET)
        case _:
            return False


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, RateLimitedError):
        return error.pause.total_seconds()
    return float(2 ** (state.attempt_number - 1))


def _gives_up(state: RetryCallState) -> bool:
    waits_too_long = state.idle_for + state.upcoming_sleep > LONGEST_WAIT.total_seconds()
    return waits_too_long or state.attempt_number >= ATTEMPTS
