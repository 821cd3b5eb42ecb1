"""A GitHub on loopback: real git, real TLS, GitHub's rules and words. Answers nobody beyond this machine."""

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
