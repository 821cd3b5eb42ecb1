"""GitHub's own signature, and the account in whose name it is verified."""

from __future__ import annotations

from flakebot.rehearsal.github.signing.registration import add_gpg_key
from flakebot.rehearsal.github.state.world import WEB_FLOW_LOGIN, World


def sign_as_github(world: World, payload: bytes) -> str:
    """Sign a commit that GitHub makes itself; its key is registered the first time."""
    github = world.accounts[WEB_FLOW_LOGIN]
    if not github.keys:
        add_gpg_key(world, github, world.keyring.web_flow_key())
    return world.keyring.sign(payload)
