"""One call of the program: what was asked for, with which secrets, and the connections that these open."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flakebot.cli.output import Output
from flakebot.errors import MisuseError
from flakebot.model import RepositoryName, Token
from flakebot.settings.credentials import Credentials
from flakebot.settings.sections import Connected, Invocation
from flakebot.settings.sources import CONFIGURATION, load, read_configuration

if TYPE_CHECKING:  # at run time only the commands that talk to GitHub load these
    from flakebot.adapters.github.connection import Connection as GithubConnection
    from flakebot.commands.gather import Sources

_SettingsT = TypeVar("_SettingsT", bound=Invocation)
_ConnectedT = TypeVar("_ConnectedT", bound=Connected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the program."""

    command: str
    description: str
    arguments: tuple[str, ...]
    credentials: Credentials
    output: Output

    def settings(self, kind: type[_SettingsT], configuration: bytes | None = None) -> _SettingsT:
        """Return the command's settings, with the base branch's file once it was read."""
        settings = load(
            kind,
            command=self.command,
            description=self.description,
            arguments=self.arguments,
            environment=os.environ,
            configuration=read_configuration(configuration),
        )
        self.output.is_verbose = settings.verbose
        return settings

    def connection(self, settings: Connected, token: Token, role: str) -> GithubConnection:
        """Return one account's door to GitHub's API."""
        from flakebot.adapters.clock import SystemClock  # noqa: PLC0415
        from flakebot.adapters.github.connection import Connection as GithubConnection  # noqa: PLC0415

        return GithubConnection(
            token=token, role=role, repository=_name(settings), api_url=settings.api_url, clock=SystemClock()
        )

    def job_connection(self, settings: Connected) -> GithubConnection | None:
        """Return the job's door, None when no job token was given."""
        token = self.credentials.job_token
        return None if token is None else self.connection(settings, token, "job")

    def judging(
        self, stack: ExitStack, kind: type[_ConnectedT], role: str
    ) -> tuple[_ConnectedT, GithubConnection, Sources]:
        """Return the settings by the base branch's file, the account's door, and where evidence comes from."""
        from flakebot.adapters.git import open_remote  # noqa: PLC0415
        from flakebot.adapters.github.reader import GithubReader  # noqa: PLC0415
        from flakebot.adapters.gpg import open_keyring  # noqa: PLC0415
        from flakebot.commands.gather import Sources  # noqa: PLC0415

        early = self.settings(kind)
        token = self.credentials.require_token(role)
        connection = self.connection(early, token, role)
        reader = GithubReader(connection)
        settings = self.settings(kind, reader.file(CONFIGURATION, early.base_branch))
        job = self.job_connection(settings)
        sources = Sources(
            reader=reader,
            checks=reader if job is None else GithubReader(job),
            repository=stack.enter_context(open_remote(git_url(settings), token)),
            keyring=open_keyring,
        )
        return settings, connection, sources


def git_url(settings: Connected) -> str:
    """Return where git finds the repository; it names no account."""
    return f"{settings.server_url.rstrip('/')}/{_name(settings)}.git"


def _name(settings: Connected) -> RepositoryName:
    owner, slash, name = settings.repository.partition("/")
    if not slash:
        raise MisuseError("the repository is not named", advice="Give --repository owner/name.")
    return RepositoryName(owner=owner, name=name)
