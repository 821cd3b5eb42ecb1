"""Wire what runs foreign code: the checkout and Nix. Never an account, a signing key or a connection that writes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flakebot.cli.request import Call
from flakebot.cli.wiring.evidence import tips
from flakebot.cli.wiring.github import server_of
from flakebot.commands.report import Report
from flakebot.settings.commands import UpdateSettings
from flakebot.settings.file import CONFIGURATION


def wire_update(call: Call) -> Report:
    """Update in the checkout that the program was started in, with no account but the one that Nix may use."""
    from flakebot.adapters.candidate import CandidateFolder
    from flakebot.adapters.clock import SystemClock
    from flakebot.adapters.git import open_checkout
    from flakebot.adapters.nix import CheckPlan, NixCommand, Program
    from flakebot.adapters.process import contained
    from flakebot.commands.tools import Tools
    from flakebot.commands.update import update

    early = call.settings(UpdateSettings)
    repository = open_checkout(call.folder)
    base = repository.resolve(early.base)
    settings = call.settings(UpdateSettings, repository.content(base, CONFIGURATION))
    with tempfile.TemporaryDirectory(prefix="flakebot-", ignore_cleanup_errors=True) as scratch, contained():
        tools = Tools(
            repository=repository,
            nix=NixCommand(
                program=Program(name=settings.nix, arguments=settings.nix_arguments),
                plan=CheckPlan(
                    command=settings.check_command,
                    arguments=settings.check_arguments,
                    is_every_system=settings.all_systems,
                    is_evaluation_only=settings.evaluate_only,
                    memory=settings.check_memory,
                    disk=settings.check_disk,
                ),
                token=call.credentials.nix_token,
                server=server_of(settings),
            ),
            tips=tips(call, settings),
            clock=SystemClock(),
            scratch=Path(scratch),
            say=call.output.say,
            echo=call.output.quote,
            warn=call.output.warn,
        )
        return update(settings, tools, candidates=CandidateFolder(call.folder / settings.candidate))
