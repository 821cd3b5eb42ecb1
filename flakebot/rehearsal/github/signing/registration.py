"""Registering an OpenPGP key with an account. Takes public keys only."""

from __future__ import annotations

from flakebot.rehearsal.github.state.accounts import Account, GpgKey
from flakebot.rehearsal.github.state.world import World, present

_PUBLIC = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


def add_gpg_key(world: World, account: Account, armored: str) -> GpgKey:
    """Give an account a key. Raises `ValueError` when the text is not one public key."""
    if not armored.lstrip().startswith(_PUBLIC):
        raise ValueError("expected an armoured OpenPGP public key")
    listed = world.keyring.register(armored)
    primary, *subkeys = listed.parts
    key = GpgKey(
        id=world.next_id(),
        armored=armored,
        primary=primary,
        subkeys=tuple(subkeys),
        subkey_ids=tuple(world.next_id() for _ in subkeys),
        identities=listed.identities,
        created_at=present(),
    )
    account.keys.append(key)
    return key
