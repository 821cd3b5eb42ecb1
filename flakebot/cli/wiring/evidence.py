"""Whom to ask for what is judged: GitHub, git, gpg, Nix and the hosts of inputs. Judges nothing, writes nothing."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from flakebot.cli.request import Call
from flakebot.cli.wiring.github import Arriving, connected, connected_to, server_of
from flakebot.model import RepositoryName, Token
from flakebot.settings.calls import Server
from flakebot.settings.file import CONFIGURATION
from flakebot.settings.judging import Judging

if TYPE_CHECKING:  # at run time only the commands that ask load these
    from flakebot.adapters.github.connection import Connection
    from flakebot.commands.gather import Sources
    from flakebot.ports import Provenance, Tips

_JudgingT = TypeVar("_JudgingT", bound=Judging)

_ANY = RepositoryName(owner="any", name="repository")
"""For questions that name the repositories that they are about."""


def judging(
    call: Call, stack: ExitStack, kind: type[_JudgingT], arriving: Arriving, *, role: str
) -> tuple[_JudgingT, Connection, Sources]:
    """Return the settings by the base branch's file, the account's door, and where evidence comes from."""
    from flakebot.adapters.github.reader import GithubReader
    from flakebot.adapters.gpg import open_keyring
    from flakebot.commands.gather import Sources

    token, repository = arriving.token, arriving.repository
    connection = connected(arriving.settings, token, role)
    reader = GithubReader(connection)
    settings = call.settings(kind, repository.content(arriving.tip(), CONFIGURATION))
    job = call.credentials.job_token
    sources = Sources(
        reader=reader,
        checks=reader if job is None else GithubReader(connected(settings, job, "job")),
        repository=repository,
        keyring=open_keyring,
        provenance=provenance(call, stack, settings, token) if settings.provenance else None,
    )
    return settings, connection, sources


def provenance(call: Call, stack: ExitStack, settings: Judging, token: Token | None) -> Provenance:
    """Return whom to ask where content comes from; without a token, GitHub's API is not among them."""
    from flakebot.adapters.clock import SystemClock
    from flakebot.adapters.nix import Program
    from flakebot.adapters.nix.fetch import NixFetcher
    from flakebot.adapters.provenance.collector import ProvenanceCollector
    from flakebot.adapters.provenance.github_refs import GithubRefs
    from flakebot.adapters.provenance.refs import Refs

    server = server_of(settings)
    cache = stack.enter_context(TemporaryDirectory(prefix="flakebot-cache-", ignore_cleanup_errors=True))
    github = None if token is None else GithubRefs(lambda: connected(settings, token, "reader"))
    return ProvenanceCollector(
        refs=Refs(github, server),
        fetcher=NixFetcher(
            Path(cache),
            program=Program(name=settings.nix, arguments=settings.nix_arguments),
            token=call.credentials.nix_token,
            server=server,
        ),
        clock=SystemClock(),
        limit=settings.provenance_limit,
    )


def tips(call: Call, settings: Server) -> Tips:
    """Return whom to ask where refs stood; GitHub's API only with the token that Nix may see, and no other."""
    from flakebot.adapters.provenance.tips import HostTips

    token, server = call.credentials.nix_token, server_of(settings)
    if token is None:
        return HostTips(None, server)

    from flakebot.adapters.provenance.github_refs import GithubRefs
    from flakebot.adapters.provenance.github_tips import GithubTips

    return HostTips(GithubTips(GithubRefs(lambda: connected_to(_ANY, settings, token, "nix"))), server)
