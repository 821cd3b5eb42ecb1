"""Say whose token this is, and that it sees the repository. Writes nothing."""

from __future__ import annotations

from typing import Protocol

from flakebot.commands.report import Report
from flakebot.commands.roles import require_approver, require_author
from flakebot.model import Login
from flakebot.settings.commands import WhoamiSettings

_UNCOMPARED = "; there is nothing to compare that with, for neither `author` nor `approver` is configured."


class Account(Protocol):
    """Something that knows the account behind its token."""

    def login(self) -> Login:
        """Return the account behind the token."""

    def require_repository(self) -> None:
        """Raise `MisuseError` unless the token sees the repository."""


def whoami(settings: WhoamiSettings, *, account: Account, is_configured: bool) -> Report:
    """Compare the account behind the token with the role that it is meant for.

    ``is_configured`` is whether the repository's configuration could be read: whoever sees that sees the repository.
    Of a file that is missing and of a repository that is hidden GitHub says the same.
    """
    require = require_author if settings.role == "author" else require_approver
    login = require(account.login(), settings)
    if not is_configured:
        account.require_repository()
    is_compared = settings.author is not None or settings.approver is not None
    return Report(
        command="whoami",
        outcome="known",
        headline=f"The {settings.role}'s token belongs to {login}{'.' if is_compared else _UNCOMPARED}",
        facts={"role": settings.role, "login": login},
    )
