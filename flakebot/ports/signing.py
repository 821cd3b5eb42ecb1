"""Keys: what a command may ask of gpg. Declarations only."""

from __future__ import annotations

from typing import Protocol

from flakebot.model import Signature


class Verifier(Protocol):
    """A keyring of public keys that lives no longer than the command."""

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        """Say what a detached signature over these bytes is worth."""


class Signer(Verifier, Protocol):
    """One imported private key, in a keyring that lives no longer than the command and holds no other."""

    @property
    def signature(self) -> Signature:
        """The key's fingerprints and identities, as a good signature of it would carry them."""

    def sign(self, payload: bytes) -> str:
        """Return an armoured detached signature that was verified after it was made.

        Raises `MisuseError` when the key cannot sign (expired, revoked, wrong passphrase).
        """
