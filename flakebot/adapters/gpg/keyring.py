"""A keyring of public keys, as the port has it. Never the user's own, never a key that was not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flakebot.adapters.gpg.client import Gpg
from flakebot.adapters.gpg.home import temporary_gpg
from flakebot.adapters.gpg.listing import Key, parse_listing
from flakebot.adapters.gpg.status import is_one_signature, read_status
from flakebot.model import Fingerprint, Signature, SignatureState


@contextmanager
def open_keyring(keys: tuple[str, ...]) -> Iterator[Keyring]:
    """Open a keyring of exactly these armoured public keys; what is no key among them verifies nothing."""
    with temporary_gpg(has_agent=False) as gpg:
        for key in keys:
            gpg.import_keys(key.encode())
        yield Keyring(gpg)


class Keyring:
    """The public keys that a gpg home holds now."""

    def __init__(self, gpg: Gpg) -> None:
        self._gpg = gpg
        self._signature = Path(gpg.gnupghome) / "signature.asc"
        keys = listed_keys(gpg)
        self._identities = {key.primary.fingerprint: key.identities for key in keys}
        self.fingerprints: frozenset[Fingerprint] = frozenset(part.fingerprint for key in keys for part in key.parts)

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        """Say what a detached signature over these bytes is worth."""
        if signature is None:
            return Signature(state=SignatureState.UNSIGNED)
        if not is_one_signature(signature):
            return Signature(state=SignatureState.BAD)
        self._signature.write_text(signature, encoding="ascii")
        verified = self._gpg.verify_data(str(self._signature), payload)
        return read_status(verified.stderr, self._identities)


def listed_keys(gpg: Gpg, *, secret: bool = False) -> tuple[Key, ...]:
    """Return the keys of a gpg home, the public ones or the secret ones."""
    return parse_listing(gpg.list_keys(secret).data)
