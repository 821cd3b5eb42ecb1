"""One error answer of GitHub's, taken apart. Judges nothing; quotes no header and no token."""

from __future__ import annotations

from collections.abc import Mapping

from github import GithubException
from msgspec import Struct

from flakebot.model import Token

_LONGEST = 500
"""Characters of GitHub's words that a message quotes."""


class Answer(Struct, frozen=True, kw_only=True):
    """The status code, GitHub's words on one line, and its headers by lower-case name."""

    status: int
    reason: str
    headers: Mapping[str, str]

    def says(self, *phrases: str) -> bool:
        """Whether GitHub's words contain one of these; GitHub rewords its sentences but keeps their core."""
        reason = self.reason.lower()
        return any(phrase.lower() in reason for phrase in phrases)


def read_answer(error: GithubException, *, token: Token) -> Answer:
    """Take apart what PyGithub raised. GraphQL's errors arrive with status 400 and no message of their own.

    The token is masked, should the server repeat it.
    """
    document = error.data if isinstance(error.data, dict) else {}
    message = document.get("message")
    details = document.get("errors")
    words = [message] if isinstance(message, str) else []
    words += [_words(detail) for detail in details] if isinstance(details, list) else []
    reason = " ".join(": ".join(filter(None, words)).split()).replace(token.reveal(), "***")
    headers = {name.lower(): str(value) for name, value in (error.headers or {}).items()}
    return Answer(status=error.status, reason=reason[:_LONGEST], headers=headers)


def _words(detail: object) -> str:
    """Word one entry of ``errors``, which is a sentence, has a ``message``, or only names a field and a code."""
    match detail:
        case str() as sentence:
            return sentence
        case {"message": str() as sentence}:
            return sentence
        case {"resource": str() as resource, "field": str() as field, "code": str() as code}:
            return f"{resource}.{field} is {code}"
        case _:
            return ""
