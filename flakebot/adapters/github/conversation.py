"""The comments that one account left on a pull request. Never touches another account's."""

from __future__ import annotations

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import CommentAnswer
from flakebot.model import Login


class Conversation:
    """The comments of one account in one pull request's conversation."""

    def __init__(self, connection: Connection, number: int, login: Login) -> None:
        self._connection = connection
        self._number = number
        self._login = login
        self._purpose = Purpose(doing=f"comment on #{number}", needs="Pull requests: write")

    def own_comment(self, text: str) -> CommentAnswer | None:
        """Return the account's first comment that contains the text. Costs 1 call per 100 comments."""
        path = f"/repos/{self._connection.name}/issues/{self._number}/comments"
        pages = self._connection.read_all(tuple[CommentAnswer, ...], path, self._purpose)
        comments = (comment for page in pages for comment in page)
        return next((comment for comment in comments if self._is_own(comment) and text in (comment.body or "")), None)

    def add(self, body: str) -> None:
        """Write a comment. Costs 1 call."""
        issue = self._connection.repository.get_issue(self._number)
        self._connection.write(self._purpose, lambda: issue.create_comment(body))

    def replace(self, comment: CommentAnswer, body: str) -> None:
        """Replace the text of a comment. Costs 1 call."""
        written = self._connection.repository.get_issue(self._number).get_comment(comment.id)
        self._connection.write(self._purpose, lambda: written.edit(body))

    def _is_own(self, comment: CommentAnswer) -> bool:
        return comment.user is not None and comment.user.login.lower() == self._login.lower()
