"""Keys: what a command may ask of gpg. Declarations only."""

from __future__ import annotations

from typing import Protocol

from flakebot.model import Fingerprint, Signature


class Verifier(Protocol):
    """A keyring of public keys that lives no longer than the command."""

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        """Say what a detached signature over these bytes is worth."""


class PublicKeys(Verifier, Protocol):
    """A keyring that knows what it holds."""

    @property
    def fingerprints(self) -> frozenset[Fingerprint]:
        """The fingerprints of all its keys and their subkeys; empty when it holds none."""


class Signer(Verifier, Protocol):
    """One imported private key, in a keyring that lives no longer than the command and holds no other."""

    @property
    def signature(self) -> Signature:
        """The key's fingerprints and identities, as a good signature of it would carry them."""

    def sign(self, payload: bytes) -> str:
        """Return an armoured detached signature that was verified after it was made.

        Raises `MisuseError` when the key cannot sign (expired, revoked, wrong passphrase).
        """
