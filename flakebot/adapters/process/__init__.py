"""The one door to other programs. Never a shell, never the whole environment, never without a time limit."""

from flakebot.adapters.process.chroot import keeping_in
from flakebot.adapters.process.containment import contained
from flakebot.adapters.process.environment import NIX_VARIABLES, allowed_environment, is_allowed
from flakebot.adapters.process.run import Completed, TimedOut, require_program, run

__all__ = [
    "NIX_VARIABLES",
    "Completed",
    "TimedOut",
    "allowed_environment",
    "contained",
    "is_allowed",
    "keeping_in",
    "require_program",
    "run",
]
