"""One call of the program: what was asked for, with which secrets, and the connections that these open."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct, field

from flakebot.cli.output import Output
from flakebot.errors import MisuseError
from flakebot.model import RepositoryName, Sha, Token
from flakebot.settings.calls import Connected, Invocation, Server
from flakebot.settings.credentials import Credentials
from flakebot.settings.file import CONFIGURATION, read_configuration
from flakebot.settings.judging import Judging
from flakebot.settings.sources import Given

if TYPE_CHECKING:  # at run time only the commands that talk to GitHub load these
    from flakebot.adapters.git import GitRepository
    from flakebot.adapters.github.connection import Connection as GithubConnection
    from flakebot.adapters.provenance.github_tips import GithubTips
    from flakebot.commands.gather import Sources
    from flakebot.ports import Provenance, Tips

_SettingsT = TypeVar("_SettingsT", bound=Invocation)
_JudgingT = TypeVar("_JudgingT", bound=Judging)

_ANY = RepositoryName(owner="any", name="repository")
"""For questions that name the repositories that they are about."""


class Arriving(Struct, frozen=True, kw_only=True):
    """The base branch on its way here. To load a command's modules takes as long, so it does that before ``tip``."""

    repository: GitRepository
    tip: Callable[[], Sha]
    """Waits until everything is here, and returns the tip; to be called once."""


class Call(Struct, frozen=True, kw_only=True):
    """One call of the program."""

    command: str
    description: str
    arguments: tuple[str, ...]
    credentials: Credentials
    output: Output
    _given: dict[type[Invocation], Given[Any]] = field(default_factory=dict)

    def settings(self, kind: type[_SettingsT], configuration: bytes | None = None) -> _SettingsT:
        """Return the command's settings, with the base branch's file once it was read."""
        if kind not in self._given:
            self._given[kind] = Given(
                kind,
                command=self.command,
                description=self.description,
                arguments=self.arguments,
                environment=os.environ,
            )
        settings: _SettingsT = self._given[kind].settings(read_configuration(configuration))
        self.output.is_verbose = settings.verbose
        return settings

    @property
    def folder(self) -> Path:
        """Where the program was started. Raises `MisuseError` when that folder is gone."""
        try:
            return Path.cwd()
        except FileNotFoundError as error:
            raise MisuseError(
                "the working directory is not there any more", advice="Change into the checkout and run it again."
            ) from error

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

    def fetching(self, stack: ExitStack, settings: Connected, token: Token, commits: tuple[Sha, ...] = ()) -> Arriving:
        """Begin to fetch the base branch's tip and some commits. Until ``stack`` is left, the repository is there."""
        from flakebot.adapters.git import open_remote  # noqa: PLC0415

        repository = stack.enter_context(open_remote(git_url(settings), token))
        tip = stack.enter_context(repository.fetching_tip(settings.base_branch, commits, depth=1))
        return Arriving(repository=repository, tip=tip)

    def judging(
        self, stack: ExitStack, kind: type[_JudgingT], early: _JudgingT, arriving: Arriving, token: Token, role: str
    ) -> tuple[_JudgingT, GithubConnection, Sources]:
        """Return the settings by the base branch's file, the account's door, and where evidence comes from.

        ``early`` are the settings without that file, which say where it is; ``arriving`` is the branch that has it.
        """
        from flakebot.adapters.github.reader import GithubReader  # noqa: PLC0415
        from flakebot.adapters.gpg import open_keyring  # noqa: PLC0415
        from flakebot.commands.gather import Sources  # noqa: PLC0415

        connection = self.connection(early, token, role)
        reader = GithubReader(connection)
        repository = arriving.repository
        settings = self.settings(kind, repository.content(arriving.tip(), CONFIGURATION))
        job = self.job_connection(settings)
        sources = Sources(
            reader=reader,
            checks=reader if job is None else GithubReader(job),
            repository=repository,
            keyring=open_keyring,
            provenance=self.provenance(stack, settings, token) if settings.provenance else None,
        )
        return settings, connection, sources

    def provenance(self, stack: ExitStack, settings: Judging, token: Token | None) -> Provenance:
        """Return whom to ask where content comes from; without a token, GitHub's API is not among them."""
        from flakebot.adapters.clock import SystemClock  # noqa: PLC0415
        from flakebot.adapters.nix import Program  # noqa: PLC0415
        from flakebot.adapters.nix.fetch import NixFetcher  # noqa: PLC0415
        from flakebot.adapters.provenance.collector import ProvenanceCollector  # noqa: PLC0415
        from flakebot.adapters.provenance.github_refs import GithubRefs  # noqa: PLC0415
        from flakebot.adapters.provenance.refs import Refs  # noqa: PLC0415

        server = server_of(settings)
        cache = stack.enter_context(TemporaryDirectory(prefix="flakebot-cache-", ignore_cleanup_errors=True))
        github = None if token is None else GithubRefs(lambda: self.connection(settings, token, "reader"))
        return ProvenanceCollector(
            refs=Refs(github, server),
            fetcher=NixFetcher(
                Path(cache),
                program=Program(name=settings.nix, arguments=settings.nix_arguments),
                token=self.credentials.nix_token,
                server=server,
            ),
            clock=SystemClock(),
            limit=settings.provenance_limit,
        )

    def tips(self, settings: Server) -> Tips:
        """Return whom to ask where refs stood; GitHub's API only with the token that Nix may see, and no other."""
        from flakebot.adapters.provenance.tips import HostTips  # noqa: PLC0415

        token = self.credentials.nix_token
        return HostTips(None if token is None else _github_tips(settings, token), server_of(settings))


def _github_tips(settings: Server, token: Token) -> GithubTips:
    from flakebot.adapters.clock import SystemClock  # noqa: PLC0415
    from flakebot.adapters.github.connection import Connection as GithubConnection  # noqa: PLC0415
    from flakebot.adapters.provenance.github_refs import GithubRefs  # noqa: PLC0415
    from flakebot.adapters.provenance.github_tips import GithubTips  # noqa: PLC0415

    def connect() -> GithubConnection:
        return GithubConnection(token=token, role="nix", repository=_ANY, api_url=settings.api_url, clock=SystemClock())

    return GithubTips(GithubRefs(connect))


def server_of(settings: Server) -> str:
    """Return the GitHub's name, as Nix and lock files have it: ``github.com``."""
    return urlsplit(settings.server_url).netloc


def git_url(settings: Connected) -> str:
    """Return where git finds the repository; it names no account."""
    return f"{settings.server_url.rstrip('/')}/{_name(settings)}.git"


def _name(settings: Connected) -> RepositoryName:
    owner, slash, name = settings.repository.partition("/")
    if not slash:
        raise MisuseError("the repository is not named", advice="Give --repository owner/name.")
    return RepositoryName(owner=owner, name=name)
