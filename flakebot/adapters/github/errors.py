"""What an error answer means for the person who reads it. Never quotes a token or a header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flakebot.adapters.github.answer import Answer
from flakebot.adapters.github.purpose import Caller, Purpose
from flakebot.errors import AbsentError, FlakebotError, MisuseError, RefusedError, UnavailableError

SECONDARY_LIMIT_PAUSE = timedelta(seconds=60)
"""GitHub asks for at least a minute when it names no time of its own."""

NOT_VISIBLE_YET = "could not resolve to a node"
"""What GitHub says for a moment of a pull request that it has just created, with 422 or, in GraphQL, 404."""


class DeclinedError(RefusedError):
    """GitHub understood and said no; nothing was written. ``answer`` holds its words."""

    def __init__(self, message: str, *, answer: Answer, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.answer = answer


class NotFoundError(AbsentError):
    """What was asked for is not there, or the token may not see it: GitHub says the same of both."""

    def __init__(self, message: str, *, answer: Answer, advice: str) -> None:
        super().__init__(message, advice=advice)
        self.answer = answer


class RateLimitedError(UnavailableError):
    """GitHub wants a pause first; nothing was written."""

    def __init__(self, message: str, *, pause: timedelta, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.pause = pause


class OutageError(UnavailableError):
    """GitHub or the way to it failed; a write may or may not have happened."""


def explained(answer: Answer, purpose: Purpose, caller: Caller, *, now: datetime) -> FlakebotError:
    """Return the error that an error answer means: its words say more than its status code, where they are known."""
    if _is_rate_limit(answer):
        return _rate_limited(answer, purpose, now)
    if answer.says("GitHub Actions is not permitted"):
        return MisuseError(
            f"could not {purpose.doing}: {_quoted(answer)}",
            advice=f"Give the token of a bot account as {caller.token}; the job's own token may not do this.",
        )
    if answer.says("not accessible by"):
        return _forbidden(answer, purpose, caller)
    if answer.says(NOT_VISIBLE_YET):
        return DeclinedError(f"could not {purpose.doing}: {_quoted(answer)}", answer=answer)
    return _by_status(answer, purpose, caller)


def _by_status(answer: Answer, purpose: Purpose, caller: Caller) -> FlakebotError:
    match answer.status:
        case 401:
            return MisuseError(
                f"could not {purpose.doing}: GitHub does not accept the {caller.role}'s token",
                advice=f"It may have expired or been revoked; create a new one and give it as {caller.token}.",
            )
        case 403:
            return _forbidden(answer, purpose, caller)
        case 404:
            return _not_found(answer, purpose, caller)
        case status if status >= 500:
            return OutageError(
                f"could not {purpose.doing}: GitHub answers {status}",
                advice="See https://www.githubstatus.com and run this again; it looks before it writes.",
            )
        case _:
            return DeclinedError(f"could not {purpose.doing}: {_quoted(answer)}", answer=answer)


def _is_rate_limit(answer: Answer) -> bool:
    """Recognise a limit by its words, which GraphQL sends with any status, by 429, or by a time to come back."""
    has_words = answer.says(
        "rate limit exceeded",
        "rate limit already exceeded",
        "secondary rate limit",
        "wait a few minutes before you try again",
    )
    return has_words or answer.status == 429 or (answer.status == 403 and "retry-after" in answer.headers)


def _rate_limited(answer: Answer, purpose: Purpose, now: datetime) -> RateLimitedError:
    pause = _pause(answer, now)
    return RateLimitedError(
        f"could not {purpose.doing}: GitHub's rate limit is used up until {now + pause:%H:%M} UTC",
        pause=pause,
        advice="Run this again after that; it continues from what is there.",
    )


def _pause(answer: Answer, now: datetime) -> timedelta:
    """Return how long to wait: what GitHub says, else until the limit is reset, else a minute."""
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-reset", "")
    if after.isdecimal():
        return timedelta(seconds=int(after))
    if reset.isdecimal() and answer.headers.get("x-ratelimit-remaining") == "0":
        return max(datetime.fromtimestamp(int(reset), UTC) - now, timedelta(0)) + timedelta(seconds=1)
    return SECONDARY_LIMIT_PAUSE


def _forbidden(answer: Answer, purpose: Purpose, caller: Caller) -> MisuseError:
    if answer.says("SAML"):
        advice = f"Authorise the token for the organisation's single sign-on, then give it as {caller.token}."
    elif purpose.advice:
        advice = purpose.advice
    elif answer.says("not accessible by"):
        advice = f"Grant the {caller.role}'s token “{purpose.needs}” on {caller.repository}."
    else:
        advice = f"Give the {caller.role}'s account the access that this needs: {purpose.needs}."
    return MisuseError(f"could not {purpose.doing}: {_quoted(answer)}", advice=advice)


def _not_found(answer: Answer, purpose: Purpose, caller: Caller) -> NotFoundError:
    return NotFoundError(
        f"could not {purpose.doing}: {_quoted(answer)}, as it also does of what a token may not see",
        answer=answer,
        advice=f"Check the name, and that the {caller.role}'s token has {caller.repository} among its repositories.",
    )


def _quoted(answer: Answer) -> str:
    return f"GitHub says “{answer.reason}”" if answer.reason else f"GitHub answers {answer.status}"
