"""git: objects, exports and the bot's branch. Never the caller's work tree, hooks, filters or credentials."""

from flakebot.adapters.git.environment import Remote
from flakebot.adapters.git.repository import GitRepository, open_repository

__all__ = ["GitRepository", "Remote", "open_repository"]
