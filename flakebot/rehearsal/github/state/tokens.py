"""Tokens: whose they are, of which kind, and what they may do. They never show their value."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum

from msgspec import Struct, field

from flakebot.model import RepositoryName
from flakebot.rehearsal.github.state.accounts import Account


class Level(IntEnum):
    """How much of a permission a token holds."""

    NONE = 0
    READ = 1
    WRITE = 2

    @property
    def word(self) -> str:
        """The level as GitHub's headers and workflow files write it."""
        return self.name.lower()


class Permission(Enum):
    """The fine-grained permissions that the stand-in's calls need."""

    METADATA = "metadata"
    CONTENTS = "contents"
    PULL_REQUESTS = "pull_requests"
    ISSUES = "issues"
    STATUSES = "statuses"
    CHECKS = "checks"


class TokenKind(Enum):
    """The kinds of token, by the prefix of their values; a job's token is an installation token of GitHub Actions."""

    CLASSIC = "ghp_"
    FINE_GRAINED = "github_pat_"
    INSTALLATION = "ghs_"

    @property
    def refusal(self) -> str:
        """What GitHub answers when the token lacks a permission."""
        holder = "integration" if self is TokenKind.INSTALLATION else "personal access token"
        return f"Resource not accessible by {holder}"


class Token(Struct, frozen=True, kw_only=True):
    """A token. ``repositories`` is None for all that its account sees; ``scopes`` are a classic token's."""

    value: str
    account: Account
    kind: TokenKind
    permissions: Mapping[Permission, Level] = field(default_factory=dict)
    repositories: frozenset[RepositoryName] | None = None
    scopes: tuple[str, ...] = ()
    app_id: int | None = None

    def __repr__(self) -> str:
        return f"Token({self.kind.name}, account={self.account.login!r})"

    def level(self, permission: Permission) -> Level:
        """Return what the token may do of one permission, before the account's own role is asked."""
        match self.kind:
            case TokenKind.CLASSIC:
                return Level.WRITE if {"repo", "public_repo"} & set(self.scopes) else Level.READ
            case TokenKind.FINE_GRAINED if permission is Permission.CHECKS:
                return Level.NONE  # fine-grained tokens have no such permission at all
            case TokenKind.FINE_GRAINED | TokenKind.INSTALLATION:
                implied = Level.READ if permission is Permission.METADATA else Level.NONE
                return self.permissions.get(permission, implied)

    def covers(self, name: RepositoryName) -> bool:
        """Whether the token was given for this repository."""
        return self.repositories is None or name in self.repositories
