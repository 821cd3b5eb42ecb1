"""The ways in which an answer can go wrong on request. Values only."""

from __future__ import annotations

from msgspec import Struct, field

SECONDARY_LIMIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


class ErrorReply(Struct, frozen=True, kw_only=True):
    """An error instead of the real answer; ``graphql_message`` is what it says when the request was GraphQL."""

    status: int
    message: str = "Server Error"
    errors: tuple[str, ...] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    graphql_message: str | None = None


class Delay(Struct, frozen=True, kw_only=True):
    """The real answer, so many seconds late."""

    seconds: float


class Drop(Struct, frozen=True, kw_only=True):
    """No answer: the connection ends."""


Reply = ErrorReply | Delay | Drop


def server_error(status: int = 502) -> ErrorReply:
    """Fail on GitHub's side."""
    return ErrorReply(status=status)


def secondary_limit(*, status: int = 403, retry_after: int | None = 1) -> ErrorReply:
    """Limit doing too much at once; ``retry_after`` in seconds, or None to leave the header out."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return ErrorReply(status=status, message=SECONDARY_LIMIT, headers=headers)


def too_many_requests() -> ErrorReply:
    """Limit with a 429 that does not say for how long."""
    return secondary_limit(status=429, retry_after=None)


def base_modified() -> ErrorReply:
    """Answer as merging does when the base moved at the same moment."""
    return ErrorReply(status=405, message="Base branch was modified. Review and try the merge again.")


def unresolved_node() -> ErrorReply:
    """Answer as GitHub does, for a moment, about a pull request that it has just made."""
    sentence = "Could not resolve to a node with the global id of 'PR_kwDO'."
    return ErrorReply(status=422, message="Unprocessable Entity", errors=(sentence,), graphql_message=sentence)
