"""Sign with one private key, as the port has it. Never shows the key or its passphrase, never trusts its own work."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from flakebot.adapters.gpg.choice import Choice, choose_signing_key
from flakebot.adapters.gpg.client import Gpg
from flakebot.adapters.gpg.home import temporary_gpg
from flakebot.adapters.gpg.keyring import Keyring, listed_keys
from flakebot.errors import FlakebotError, MisuseError, UnavailableError
from flakebot.model import Fingerprint, Passphrase, Signature, SignatureState, SigningKey


@contextmanager
def open_signer(
    key: SigningKey, *, passphrase: Passphrase | None = None, fingerprints: Collection[Fingerprint] = ()
) -> Iterator[KeySigner]:
    """Open a keyring of one private key. Where ``fingerprints`` are given, it is one of these.

    Raises `MisuseError` for what is no private key, for another key, and for one that cannot sign.
    """
    with temporary_gpg(has_agent=True) as gpg:
        _import(gpg, key)
        choice = choose_signing_key(listed_keys(gpg, secret=True), fingerprints)
        yield KeySigner(gpg, choice, _checked(passphrase))


class KeySigner:
    """The one private key of a gpg home."""

    def __init__(self, gpg: Gpg, choice: Choice, passphrase: Passphrase | None) -> None:
        self._gpg = gpg
        self._passphrase = passphrase
        self._keyring = Keyring(gpg)
        self._signature = Signature(
            state=SignatureState.GOOD,
            fingerprint=choice.part.fingerprint,
            primary=choice.key.primary.fingerprint,
            identities=choice.key.identities,
        )

    @property
    def signature(self) -> Signature:
        """The key's fingerprints and identities, as a good signature of it carries them."""
        return self._signature

    def sign(self, payload: bytes) -> str:
        """Return an armoured detached signature that was verified after it was made."""
        made = self._gpg.sign(
            payload,
            detach=True,
            clearsign=False,
            passphrase=_as_latin1(self._passphrase) if self._passphrase else None,
            extra_args=["--local-user", f"{self._signature.fingerprint}!", "--digest-algo", "SHA512"],
        )
        signature = made.data.decode("ascii", errors="replace")
        if self.verify(payload, signature) != self._signature:
            raise _sign_failure(self._signature.fingerprint, made.stderr, has_passphrase=bool(self._passphrase))
        return signature

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        """Say what a detached signature over these bytes is worth, with this key as the only one known."""
        return self._keyring.verify(payload, signature)


def _import(gpg: Gpg, key: SigningKey) -> None:
    imported = gpg.import_keys(key.reveal().encode())
    if not imported.count:
        raise MisuseError(
            "the signing key is no OpenPGP key that gpg can read",
            advice="Give what `gpg --armor --export-secret-keys FINGERPRINT` prints, whole and unchanged.",
        )
    if not imported.sec_read:
        raise MisuseError(
            "the signing key is a public key", advice="Give what `gpg --armor --export-secret-keys FINGERPRINT` prints."
        )


def _checked(passphrase: Passphrase | None) -> Passphrase | None:
    """Return the passphrase without the line end that a secret's file often has; gpg takes one line."""
    if passphrase is None:
        return None
    text = passphrase.reveal().rstrip("\r\n")
    if any(sign in text for sign in "\r\n\0"):
        raise MisuseError("the passphrase has several lines", advice="Give the passphrase of the signing key alone.")
    return Passphrase(text)


def _as_latin1(passphrase: Passphrase) -> str:
    """Return the text that python-gnupg, which writes Latin-1, writes as the bytes of the passphrase in UTF-8."""
    return passphrase.reveal().encode().decode("latin-1")


def _sign_failure(fingerprint: Fingerprint | None, stderr: str, *, has_passphrase: bool) -> FlakebotError:
    if "Bad passphrase" in stderr or (not has_passphrase and "NEED_PASSPHRASE" in stderr):
        return MisuseError(
            f"the passphrase does not open the signing key {fingerprint}"
            if has_passphrase
            else f"the signing key {fingerprint} has a passphrase, but none is given",
            advice="Give the key's passphrase as FLAKEBOT_GPG_PASSPHRASE (in a workflow: gpg-passphrase).",
        )
    return UnavailableError(
        f"gpg made no good signature with {fingerprint}", advice="Run it again; `gpg --sign` with that key tells more."
    )
