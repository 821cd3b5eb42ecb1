"""A GitHub on loopback: real git, real TLS, GitHub's rules and words. Answers nobody beyond this machine.

A rehearsal's script holds it in a ``with`` block and hands its environment to the clients::

    with StandIn(root=folder) as github:
        bot = github.add_account("bot", email="bot@example.org")
        config = github.add_repository("owner/config", collaborators={bot: Role.WRITE})
        config.commit({"flake.nix": "{ }"})
        token = github.issue_token(bot, permissions={Permission.CONTENTS: Level.WRITE})
        subprocess.run(("git", "clone", "https://github.com/owner/config"), env=github.environment())
"""

from flakebot.rehearsal.github.faults import Faults, Moment
from flakebot.rehearsal.github.git.seeding import File
from flakebot.rehearsal.github.replies import (
    Delay,
    Drop,
    ErrorReply,
    base_modified,
    secondary_limit,
    server_error,
    too_many_requests,
    unresolved_node,
)
from flakebot.rehearsal.github.requests import RecordedRequest, RequestLog
from flakebot.rehearsal.github.seeded import SeededRepository
from flakebot.rehearsal.github.stand_in import StandIn
from flakebot.rehearsal.github.state.accounts import Account, AccountKind
from flakebot.rehearsal.github.state.rules import (
    Conclusion,
    MergeMethod,
    Protection,
    Role,
    RuleSource,
    Settings,
    Workflow,
)
from flakebot.rehearsal.github.state.tokens import Level, Permission, TokenKind

__all__ = [
    "Account",
    "AccountKind",
    "Conclusion",
    "Delay",
    "Drop",
    "ErrorReply",
    "Faults",
    "File",
    "Level",
    "MergeMethod",
    "Moment",
    "Permission",
    "Protection",
    "RecordedRequest",
    "RequestLog",
    "Role",
    "RuleSource",
    "SeededRepository",
    "Settings",
    "StandIn",
    "TokenKind",
    "Workflow",
    "base_modified",
    "secondary_limit",
    "server_error",
    "too_many_requests",
    "unresolved_node",
]
