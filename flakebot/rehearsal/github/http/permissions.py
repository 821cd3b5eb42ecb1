"""What a call needs, and whether a token holds it. Judges; never changes anything.

Stricter than GitHub in one point on purpose: a fine-grained or a job's token needs its permission for a public
repository too, so that a missing permission shows in the rehearsal of a repository that will be private.
"""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Level, Permission, Token, TokenKind


class Needs(Struct, frozen=True, kw_only=True):
    """One of some permissions at a level, and for a person the role in the repository."""

    any_of: tuple[Permission, ...]
    level: Level
    role: Role = Role.READ

    @property
    def header(self) -> str:
        """The value of ``x-accepted-github-permissions``."""
        return "; ".join(f"{permission.value}={self.level.word}" for permission in self.any_of)


def read(*any_of: Permission) -> Needs:
    """Need reading."""
    return Needs(any_of=any_of, level=Level.READ)


def write(*any_of: Permission, role: Role = Role.WRITE) -> Needs:
    """Need writing."""
    return Needs(any_of=any_of, level=Level.WRITE, role=role)


def role_of(token: Token | None, repository: Repository) -> Role:
    """Return the role of whoever asks: an App's token writes where it was installed."""
    everybody = Role.NONE if repository.settings.is_private else Role.READ
    if token is None or not token.covers(repository.full_name):
        return everybody
    match token.kind:
        case TokenKind.INSTALLATION:
            return Role.WRITE if token.repositories is not None else everybody
        case TokenKind.CLASSIC:
            return repository.role(token.account) if _has_scope(token, repository) else everybody
        case TokenKind.FINE_GRAINED:
            return repository.role(token.account)
        case _:
            assert_never(token.kind)


def _has_scope(token: Token, repository: Repository) -> bool:
    return "repo" in token.scopes or ("public_repo" in token.scopes and not repository.settings.is_private)


def require(token: Token | None, repository: Repository, needs: Needs) -> None:
    """Let a call pass or raise `RefusalError`: 404 for what is hidden, 401 for nobody, 403 with GitHub's words."""
    role = role_of(token, repository)
    if role is Role.NONE:
        raise not_found()
    if token is not None:
        _require_enough(token, repository, role, needs)
    elif needs.level is Level.WRITE:
        raise RefusalError(401, "Requires authentication")


def _require_enough(token: Token, repository: Repository, role: Role, needs: Needs) -> None:
    """Ask for the permission, for the role, and for a write that the token was given for this repository."""
    held = max(token.level(permission) for permission in needs.any_of)
    reaches = needs.level is Level.READ or token.covers(repository.full_name)
    if held < needs.level or role < needs.role or not reaches:
        raise not_found() if token.kind is TokenKind.CLASSIC else RefusalError(403, token.kind.refusal)
