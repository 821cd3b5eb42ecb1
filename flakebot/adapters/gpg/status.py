"""What gpg's status lines (doc/DETAILS of GnuPG) say of one signature. Pure; what is not one good one is bad."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flakebot.model import Fingerprint, Person, Signature, SignatureState

_PREFIX = "[GNUPG:] "
_ARMOUR = re.compile(
    r"\s*-----BEGIN PGP SIGNATURE-----\n(?:[A-Za-z]+: [^\n]*\n)*\n[A-Za-z0-9+/=\n]+\n-----END PGP SIGNATURE-----\s*"
)
_VERDICTS = {
    "GOODSIG": SignatureState.GOOD,
    "EXPSIG": SignatureState.EXPIRED,
    "EXPKEYSIG": SignatureState.EXPIRED_KEY,
    "REVKEYSIG": SignatureState.REVOKED_KEY,
    "BADSIG": SignatureState.BAD,
    "ERRSIG": SignatureState.BAD,
}
_AMISS = {"NODATA", "UNEXPECTED", "PLAINTEXT", "BEGIN_DECRYPTION", "DECRYPTION_FAILED", "BADARMOR"}
_NO_PUBLIC_KEY = "9"
_STRONG_HASHES = {"8", "9", "10", "11"}
"""SHA-256, SHA-384, SHA-512 and SHA-224, as RFC 4880 (9.4) numbers them; SHA-1 and older can be forged."""
_OF_BYTES = "00"
"""The class of a signature over bytes as they are; the one over text would let line ends differ."""


def is_one_signature(text: str) -> bool:
    """Whether a text is the armour of a detached signature and nothing else."""
    return bool(_ARMOUR.fullmatch(text.replace("\r\n", "\n")))


def read_status(output: str, identities: Mapping[Fingerprint, tuple[Person, ...]]) -> Signature:
    """Return what gpg found. ``identities`` are those of each primary key that the keyring holds."""
    words = tuple(_words(output))
    verdicts = [line for line in words if line[0] in _VERDICTS]
    valid = [line for line in words if line[0] == "VALIDSIG"]
    if len(verdicts) != 1 or len(valid) > 1 or any(line[0] in _AMISS for line in words):
        return Signature(state=SignatureState.BAD)
    (verdict,) = verdicts
    if verdict[0] == "ERRSIG" and verdict[6:7] == [_NO_PUBLIC_KEY]:
        return Signature(state=SignatureState.UNKNOWN_KEY)
    if not valid or not _is_sound(valid[0]):
        return Signature(state=SignatureState.BAD)
    fingerprint, primary = Fingerprint(valid[0][1]), Fingerprint(valid[0][10])
    return Signature(
        state=_VERDICTS[verdict[0]],
        fingerprint=fingerprint,
        primary=primary,
        identities=identities.get(primary, ()),
    )


def _words(output: str) -> Iterator[list[str]]:
    for line in output.splitlines():
        if line.startswith(_PREFIX):
            yield line.removeprefix(_PREFIX).split(" ")


def _is_sound(line: list[str]) -> bool:
    """Whether VALIDSIG tells of a signature over bytes, made with a hash that cannot be forged."""
    return len(line) >= 11 and line[8] in _STRONG_HASHES and line[9] == _OF_BYTES
