"""Wire what says whose token this is."""

from __future__ import annotations

from flakebot.cli.request import Call
from flakebot.commands.report import Report
from flakebot.settings.commands import WhoamiSettings
from flakebot.settings.file import CONFIGURATION

# What is built is imported where it is built: a command must not pay for the start of what it does not use.
# ruff: noqa: PLC0415


def wire_whoami(call: Call) -> Report:
    """Say whose token this is."""
    from flakebot.adapters.github.account import GithubAccount
    from flakebot.adapters.github.reader import GithubReader
    from flakebot.commands.whoami import whoami

    early = call.settings(WhoamiSettings)
    connection = call.connection(early, call.credentials.require_token(early.role), early.role)
    configuration = GithubReader(connection).file(CONFIGURATION, early.base_branch)
    return whoami(
        call.settings(WhoamiSettings, configuration),
        account=GithubAccount(connection),
        is_configured=configuration is not None,
    )
