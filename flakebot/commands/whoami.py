"""Say whose token this is. Reads one thing and writes nothing."""

from __future__ import annotations

from typing import Protocol

from flakebot.commands.report import Report
from flakebot.commands.roles import require_approver, require_author
from flakebot.model import Login
from flakebot.settings.commands import WhoamiSettings


class Account(Protocol):
    """Something that knows the account behind its token."""

    def login(self) -> Login:
        """Return the account behind the token."""


def whoami(settings: WhoamiSettings, *, account: Account) -> Report:
    """Compare the account behind the token with the role that it is meant for."""
    require = require_author if settings.role == "author" else require_approver
    login = require(account.login(), settings)
    return Report(
        command="whoami",
        outcome="known",
        headline=f"The {settings.role}'s token belongs to {login}.",
        facts={"role": settings.role, "login": login},
    )
