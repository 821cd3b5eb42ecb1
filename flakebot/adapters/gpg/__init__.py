"""OpenPGP: one signing key, or some public ones, in a keyring that ends with the command. Never the user's own."""

from flakebot.adapters.gpg.keyring import Keyring, open_keyring
from flakebot.adapters.gpg.signer import KeySigner, open_signer

__all__ = ["KeySigner", "Keyring", "open_keyring", "open_signer"]
