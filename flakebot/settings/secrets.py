"""Which variables may hold a secret. Imports nothing: whoever starts over without them should start at once."""

from __future__ import annotations

SECRETS = (
    "FLAKEBOT_TOKEN",
    "FLAKEBOT_JOB_TOKEN",
    "FLAKEBOT_GPG_PRIVATE_KEY",
    "FLAKEBOT_GPG_PASSPHRASE",
    "FLAKEBOT_NIX_TOKEN",
)
"""Every one of them, so that each can be masked and kept from foreign code."""
