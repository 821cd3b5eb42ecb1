"""The one door to other programs. Never a shell, never the whole environment, never without a time limit."""

from flakebot.adapters.process.chroot import keeping_in
from flakebot.adapters.process.containment import contained
from flakebot.adapters.process.run import Completed, Ended, TimedOut, require_program, run, running

__all__ = [
    "Completed",
    "Ended",
    "TimedOut",
    "contained",
    "keeping_in",
    "require_program",
    "run",
    "running",
]
