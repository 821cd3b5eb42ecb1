"""Accounts and their OpenPGP keys, as the stand-in remembers them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flakebot.model import Fingerprint, Login


class AccountKind(StrEnum):
    """GitHub's ``type`` of an account. A machine user is a User; an App's account is a Bot."""

    USER = "User"
    BOT = "Bot"
    ORGANIZATION = "Organization"


class Email(Struct, frozen=True, kw_only=True):
    """One of an account's addresses; commits count only for a verified one."""

    address: str
    is_verified: bool = True


class KeyPart(Struct, frozen=True, kw_only=True):
    """A primary key or a subkey: its long key ID, and what gpg says it may do (``s`` signs, ``c`` certifies)."""

    fingerprint: Fingerprint
    capabilities: str
    created_at: datetime
    expires_at: datetime | None
    algorithm: int
    is_revoked: bool = False

    @property
    def key_id(self) -> str:
        """The long key ID: the last 16 digits of the fingerprint."""
        return self.fingerprint[-16:]

    @property
    def can_sign(self) -> bool:
        """Whether the usage flags allow signatures on data."""
        return "s" in self.capabilities


class GpgKey(Struct, frozen=True, kw_only=True):
    """An OpenPGP public key that an account has registered; ``identities`` are its e-mail addresses."""

    id: int
    armored: str
    primary: KeyPart
    subkeys: tuple[KeyPart, ...]
    subkey_ids: tuple[int, ...]
    identities: tuple[str, ...]
    created_at: datetime

    @property
    def parts(self) -> tuple[KeyPart, ...]:
        """The primary key and its subkeys."""
        return (self.primary, *self.subkeys)


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """A user, a bot or an organisation."""

    id: int
    login: Login
    kind: AccountKind
    name: str | None
    emails: list[Email]
    created_at: datetime
    keys: list[GpgKey] = field(default_factory=list)

    @property
    def noreply(self) -> str:
        """The address that GitHub gives every account; it is always verified."""
        return f"{self.id}+{self.login}@users.noreply.github.com"

    @property
    def public_email(self) -> str:
        """The address that commits made by GitHub for this account carry."""
        return self.emails[0].address if self.emails else self.noreply

    def email(self, address: str) -> Email | None:
        """Return the account's own record of an address, if it is one of the account's."""
        own = (*self.emails, Email(address=self.noreply))
        return next((email for email in own if email.address.lower() == address.lower()), None)
