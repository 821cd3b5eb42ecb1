"""GitHub, through PyGithub: one class per power. Importing this costs little; each module is for who needs it."""

from flakebot.adapters.github.later import load_later

load_later("jwt")  # it brings all of cryptography, a sixth of the start, and only a GitHub App's key has a use for it
