"""Whether a fetch or a push may begin, with the words that git shows. Judges; transfers nothing."""

from __future__ import annotations

from flakebot.rehearsal.github.http.authentication import authenticate
from flakebot.rehearsal.github.http.permissions import read, require, role_of, write
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission, Token, TokenKind

INVALID = "Invalid username or token. Password authentication is not supported for Git operations."
NO_WRITE = "Write access to repository not granted."


def may_fetch(hub: Hub, authorization: str | None, owner: str, name: str) -> Repository:
    """Return the repository or refuse."""
    token = _token(hub, authorization)
    repository = _visible(hub, token, owner, name)
    _require(token, repository, Permission.CONTENTS, is_write=False)
    return repository


def may_push(hub: Hub, authorization: str | None, owner: str, name: str) -> tuple[Repository, Account]:
    """Return the repository and who pushes, or refuse."""
    token = _token(hub, authorization)
    repository = _visible(hub, token, owner, name)
    if token is None:
        raise RefusalError(401, "No anonymous write access.")
    if token.kind is TokenKind.CLASSIC and role_of(token, repository) < Role.WRITE:
        raise RefusalError(403, f"Permission to {repository.full_name}.git denied to {token.account.login}.")
    _require(token, repository, Permission.CONTENTS, is_write=True)
    return repository, token.account


def _token(hub: Hub, authorization: str | None) -> Token | None:
    try:
        return authenticate(hub.world, authorization)
    except RefusalError as refusal:
        raise RefusalError(401, INVALID) from refusal


def _visible(hub: Hub, token: Token | None, owner: str, name: str) -> Repository:
    """Find a repository; git is asked for credentials before it is told that there is none."""
    repository = hub.world.repository(owner, name.removesuffix(".git"))
    if repository is None or role_of(token, repository) is Role.NONE:
        raise RefusalError(401 if token is None else 404, "Repository not found.")
    return repository


def _require(token: Token | None, repository: Repository, permission: Permission, *, is_write: bool) -> None:
    try:
        require(token, repository, write(permission) if is_write else read(permission))
    except RefusalError as refusal:
        raise RefusalError(403, NO_WRITE) from refusal
