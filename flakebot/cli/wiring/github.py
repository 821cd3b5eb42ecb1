"""The doors to one GitHub: its API for each account, and the repository. Opens them, and asks for a fetch alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from flakebot.errors import MisuseError
from flakebot.model import RepositoryName, Sha, Token
from flakebot.settings.calls import Connected, Server

if TYPE_CHECKING:  # at run time only the commands that talk to GitHub load these
    from flakebot.adapters.git import GitRepository
    from flakebot.adapters.github.connection import Connection


class Arriving(Struct, frozen=True, kw_only=True):
    """The base branch on its way here. Loading a command's modules takes as long; ``tip`` is called after it."""

    settings: Connected
    token: Token
    repository: GitRepository
    tip: Callable[[], Sha]
    """Waits until everything is here, and returns the tip; to be called once."""


def fetching(stack: ExitStack, settings: Connected, token: Token, commits: tuple[Sha, ...] = ()) -> Arriving:
    """Begin to fetch the base branch's tip and some commits. Until ``stack`` is left, the repository is there."""
    from flakebot.adapters.git import open_remote

    url = f"{settings.server_url.rstrip('/')}/{_name(settings)}.git"
    repository = stack.enter_context(open_remote(url, token))
    tip = stack.enter_context(repository.fetching_tip(settings.base_branch, commits, depth=1))
    return Arriving(settings=settings, token=token, repository=repository, tip=tip)


def connected(settings: Connected, token: Token, role: str) -> Connection:
    """Return one account's door to the API."""
    return connected_to(_name(settings), settings, token, role)


def connected_to(repository: RepositoryName, settings: Server, token: Token, role: str) -> Connection:
    """Return one account's door to the API, for questions about this repository."""
    from flakebot.adapters.clock import SystemClock
    from flakebot.adapters.github.connection import Connection

    return Connection(token=token, role=role, repository=repository, api_url=settings.api_url, clock=SystemClock())


def server_of(settings: Server) -> str:
    """Return the GitHub's name, as Nix and lock files have it: ``github.com``."""
    return urlsplit(settings.server_url).netloc


def _name(settings: Connected) -> RepositoryName:
    owner, slash, name = settings.repository.partition("/")
    if not slash:
        raise MisuseError("the repository is not named", advice="Give --repository owner/name.")
    return RepositoryName(owner=owner, name=name)
