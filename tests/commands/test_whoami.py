"""whoami: the account behind a token, compared with its role, and a repository that it can see."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flakebot.commands.report import Report
from flakebot.commands.whoami import whoami
from flakebot.errors import AbsentError, MisuseError
from flakebot.model import Login
from flakebot.settings.commands import WhoamiSettings


@dataclass(slots=True, kw_only=True)
class Bot:
    """An account, and whether it sees the repository; ``looks`` counts how often that was asked."""

    is_seeing: bool = True
    looks: int = 0

    def login(self) -> Login:
        return Login("bot")

    def require_repository(self) -> None:
        self.looks += 1
        if not self.is_seeing:
            raise AbsentError("could not find the repository")


def ask(account: Bot, *, is_configured: bool = True, **roles: str) -> Report:
    settings = WhoamiSettings(role="author", repository="homelab/config", **roles)  # type: ignore[arg-type]
    return whoami(settings, account=account, is_configured=is_configured)


def test_an_account_that_fits_its_role_is_named() -> None:
    assert ask(Bot(), author="bot").headline == "The author's token belongs to bot."
    assert ask(Bot(), approver="checker").headline == "The author's token belongs to bot."


def test_where_no_role_is_configured_nothing_was_compared_and_that_is_said() -> None:
    assert ask(Bot()).headline.endswith("neither `author` nor `approver` is configured.")


def test_a_repository_that_the_token_does_not_see_is_an_error() -> None:
    with pytest.raises(AbsentError):
        ask(Bot(is_seeing=False), is_configured=False)


def test_the_repository_is_asked_for_only_where_its_configuration_did_not_show_it() -> None:
    account = Bot()
    ask(account)
    assert account.looks == 0
    ask(account, is_configured=False)
    assert account.looks == 1


def test_the_wrong_account_is_told_before_what_it_cannot_see() -> None:
    with pytest.raises(MisuseError, match="belongs to bot, expected other"):
        ask(Bot(is_seeing=False), is_configured=False, author="other")
