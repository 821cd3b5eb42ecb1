"""Which key signs. Pure; says before anything is signed why a key cannot, and what to do."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from flakebot.adapters.gpg.listing import Fitness, Key, Part
from flakebot.errors import MisuseError
from flakebot.model import Fingerprint

_RENEW = "Export the key again with the new date after `gpg --quick-set-expire`, and upload it to GitHub, too."
_ADVICE = {
    Fitness.EXPIRED: _RENEW,
    Fitness.REVOKED: "Make a new key, upload it to GitHub and give it instead.",
    Fitness.DISABLED: "Make a new key, upload it to GitHub and give it instead.",
}


class Choice(Struct, frozen=True, kw_only=True):
    """A key, and the part of it that signs."""

    key: Key
    part: Part


def choose_signing_key(keys: tuple[Key, ...], wanted: Collection[Fingerprint]) -> Choice:
    """Return the newest part that can sign, a subkey before a primary key.

    ``wanted`` holds fingerprints of primary keys or of subkeys; empty, it allows the one key that is there. Raises
    `MisuseError` when no key fits, when several do, or when the one that fits cannot sign.
    """
    fitting = [key for key in keys if _fits(key, wanted)]
    if len(fitting) != 1:
        raise _not_one(keys, fitting, wanted)
    (key,) = fitting
    parts = [part for part in key.parts if part.can_sign and part.has_secret and _is_wanted(key, part, wanted)]
    if not parts:
        raise MisuseError(
            f"the key {key.primary.fingerprint} cannot sign: no private part of it is for signing",
            advice="Export it with its signing subkey (`gpg --armor --export-secret-subkeys`), or add one to it.",
        )
    usable = [part for part in parts if _fitness(key, part) is Fitness.USABLE]
    if not usable:
        raise _unusable(key, parts[-1])
    return Choice(key=key, part=max(usable, key=lambda part: (part is not key.primary, part.created)))


def _fits(key: Key, wanted: Collection[Fingerprint]) -> bool:
    return not wanted or any(part.fingerprint in wanted for part in key.parts)


def _is_wanted(key: Key, part: Part, wanted: Collection[Fingerprint]) -> bool:
    return not wanted or key.primary.fingerprint in wanted or part.fingerprint in wanted


def _fitness(key: Key, part: Part) -> Fitness:
    return part.fitness if key.primary.fitness is Fitness.USABLE else key.primary.fitness


def _not_one(keys: tuple[Key, ...], fitting: list[Key], wanted: Collection[Fingerprint]) -> MisuseError:
    given = ", ".join(key.primary.fingerprint for key in keys)
    if not fitting:
        return MisuseError(
            f"the signing key is {given}, expected {' or '.join(sorted(wanted))}",
            advice="Give the key that gpg-fingerprint names, or correct gpg-fingerprint.",
        )
    return MisuseError(
        f"several private keys are given: {given}",
        advice="Give one alone, or say with gpg-fingerprint which of them signs.",
    )


def _unusable(key: Key, part: Part) -> MisuseError:
    fitness = _fitness(key, part)
    expiry = part.expiry or key.primary.expiry
    since = f" on {expiry:%Y-%m-%d}" if fitness is Fitness.EXPIRED and expiry else ""
    return MisuseError(f"the signing key {part.fingerprint} is {fitness}{since}", advice=_ADVICE[fitness])
