"""What a call needs, and whether a token holds it. Judges; never changes anything.

Stricter than GitHub in one point on purpose: a fine-grained or a job's token needs its permission for a public
repository too, so that a missing permission shows in the rehearsal of a repository that will be private.
"""

from __future__ import annotations

from dataclasses import dataclass

from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Level, Permission, Token, TokenKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
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
    if token is None:
        return everybody
    if not token.covers(repository.full_name):
        return everybody
    if token.kind is TokenKind.INSTALLATION:
        return Role.WRITE if token.repositories is not None else everybody
    if token.kind is TokenKind.CLASSIC and "repo" not in token.scopes:
        return everybody
    return repository.role(token.account)


def require(token: Token | None, repository: Repository, needs: Needs) -> None:
    """Let a call pass or raise `RefusalError`: 404 for what is hidden, 401 for nobody, 403 with GitHub's words."""
    role = role_of(token, repository)
    if role is Role.NONE:
        raise not_found()
    if token is None:
        if needs.level is Level.WRITE or (needs.any_of == (Permission.CHECKS,) and repository.settings.is_private):
            raise RefusalError(401, "Requires authentication")
        return
    held = max(token.level(permission) for permission in needs.any_of)
    if token.kind is not TokenKind.CLASSIC and (held < needs.level or not _reaches(token, repository, needs)):
        raise RefusalError(403, token.kind.refusal)
    if role < needs.role or held < needs.level:
        raise not_found() if token.kind is TokenKind.CLASSIC else RefusalError(403, token.kind.refusal)


def _reaches(token: Token, repository: Repository, needs: Needs) -> bool:
    return needs.level is Level.READ or token.covers(repository.full_name)
