"""git: objects, exports and the bot's branch. Never the caller's work tree, hooks, filters or credentials."""

from flakebot.adapters.git.repository import GitRepository, open_checkout, open_remote

__all__ = ["GitRepository", "open_checkout", "open_remote"]
