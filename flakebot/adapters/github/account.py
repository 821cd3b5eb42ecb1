"""Whose token this is, and whether it sees the repository. Writes nothing."""

from __future__ import annotations

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import Account, Repository
from flakebot.model import Login

_ASKING = Purpose(
    doing="ask GitHub whose token this is",
    needs="nothing but to be an account's own",
    advice="Give a personal access token of the bot's account; the job's token and an App's belong to none.",
)


class GithubAccount:
    """The account behind a connection's token."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._login: Login | None = None

    def login(self) -> Login:
        """Return the account behind the token. Costs 1 call, the first time: a token never changes hands."""
        if self._login is None:
            self._login = self._connection.read(Account, "/user", _ASKING).login
        return self._login

    def require_repository(self) -> None:
        """Raise `AbsentError` unless the token sees the connection's repository. Costs 1 call."""
        name = self._connection.name
        self._connection.read(
            Repository, f"/repos/{name}", Purpose(doing=f"find the repository {name}", needs="Metadata: read")
        )
