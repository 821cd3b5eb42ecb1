"""Wire what says whose token this is. Never anything that writes."""

from __future__ import annotations

from flakebot.cli.request import Call
from flakebot.cli.wiring.github import connected
from flakebot.commands.report import Report
from flakebot.settings.commands import WhoamiSettings
from flakebot.settings.file import CONFIGURATION


def wire_whoami(call: Call) -> Report:
    """Say whose token this is."""
    from flakebot.adapters.github.account import GithubAccount
    from flakebot.adapters.github.reader import GithubReader
    from flakebot.commands.whoami import whoami

    early = call.settings(WhoamiSettings)
    connection = connected(early, call.credentials.require_token(early.role), early.role)
    configuration = GithubReader(connection).file(CONFIGURATION, early.base_branch)
    return whoami(
        call.settings(WhoamiSettings, configuration),
        account=GithubAccount(connection),
        is_configured=configuration is not None,
    )
