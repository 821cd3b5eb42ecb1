"""Whether GitHub calls a commit verified, and its reason. Asks gpg; never changes anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import CommitObject
from flakebot.rehearsal.github.signing.keyring import Finding, Keyring
from flakebot.rehearsal.github.state.accounts import Account, GpgKey, KeyPart
from flakebot.rehearsal.github.state.world import World

_ARMOR = "-----BEGIN PGP SIGNATURE-----"


class Reason(StrEnum):
    """GitHub's reasons, as far as the stand-in can come to them.

    https://docs.github.com/en/rest/commits/commits#get-a-commit
    """

    VALID = "valid"
    UNSIGNED = "unsigned"
    UNKNOWN_SIGNATURE_TYPE = "unknown_signature_type"
    MALFORMED_SIGNATURE = "malformed_signature"
    UNKNOWN_KEY = "unknown_key"
    NOT_SIGNING_KEY = "not_signing_key"
    EXPIRED_KEY = "expired_key"
    INVALID = "invalid"
    NO_USER = "no_user"
    BAD_EMAIL = "bad_email"
    UNVERIFIED_EMAIL = "unverified_email"


class _RegisteredKey(Struct, frozen=True, kw_only=True):
    account: Account
    key: GpgKey
    part: KeyPart


@dataclass(slots=True, kw_only=True, eq=False)
class Verifier:
    """Judges signatures, once for each commit and state of the keyring."""

    world: World
    keyring: Keyring
    _known: dict[tuple[Sha, int], Reason] = field(default_factory=dict)

    def reason(self, commit: CommitObject) -> Reason:
        """Return GitHub's reason for a commit."""
        key = (commit.sha, self.keyring.generation)
        if key not in self._known:
            self._known[key] = self._judge(commit)
        return self._known[key]

    def is_verified(self, commit: CommitObject) -> bool:
        """Whether GitHub shows the commit as verified."""
        return self.reason(commit) is Reason.VALID

    def _judge(self, commit: CommitObject) -> Reason:
        if commit.signature is None:
            return Reason.UNSIGNED
        if not commit.signature.startswith(_ARMOR):
            return Reason.UNKNOWN_SIGNATURE_TYPE
        found = self.keyring.check(commit.signature, commit.payload)
        return self._explain(found.finding, self._registered(found.key_id), commit.committer.email)

    def _explain(self, finding: Finding, registered: _RegisteredKey | None, email: str) -> Reason:
        if finding is Finding.MALFORMED:
            return Reason.MALFORMED_SIGNATURE
        if registered is None:
            return Reason.UNKNOWN_KEY
        if not registered.part.can_sign:
            return Reason.NOT_SIGNING_KEY
        match finding:
            case Finding.GOOD:
                return self._judge_email(registered, email)
            case Finding.EXPIRED_KEY:
                return Reason.EXPIRED_KEY
            case Finding.BAD | Finding.NO_KEY | Finding.UNUSABLE:
                return Reason.INVALID
            case _:
                assert_never(finding)

    def _judge_email(self, registered: _RegisteredKey, email: str) -> Reason:
        """Demand that the committer's address is verified on the key's account and among the key's identities."""
        if self.world.account_of_email(email) is None:
            return Reason.NO_USER
        if email.lower() not in {identity.lower() for identity in registered.key.identities}:
            return Reason.BAD_EMAIL
        own = registered.account.email(email)
        return Reason.VALID if own is not None and own.is_verified else Reason.UNVERIFIED_EMAIL

    def _registered(self, key_id: str) -> _RegisteredKey | None:
        return next(
            (
                _RegisteredKey(account=account, key=key, part=part)
                for account in self.world.accounts.values()
                for key in account.keys
                for part in key.parts
                if part.key_id == key_id
            ),
            None,
        )
