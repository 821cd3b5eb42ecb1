"""The stand-in GitHub for Python: starts it, fills it, steers it. Answers on loopback only."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from flakebot.interrupts import undisturbed
from flakebot.model import RepositoryName
from flakebot.rehearsal.github.certificates import Certificates, make_certificates
from flakebot.rehearsal.github.environment import client_environment
from flakebot.rehearsal.github.faults import Faults
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.limits import Limits
from flakebot.rehearsal.github.requests import RequestLog
from flakebot.rehearsal.github.seeded import SeededRepository, repository_name
from flakebot.rehearsal.github.server import ServerThread
from flakebot.rehearsal.github.signing.keyring import Keyring
from flakebot.rehearsal.github.signing.registration import add_gpg_key
from flakebot.rehearsal.github.signing.verification import Verifier
from flakebot.rehearsal.github.state.accounts import Account, AccountKind, Email
from flakebot.rehearsal.github.state.rules import Role, Settings, Workflow
from flakebot.rehearsal.github.state.tokens import Level, Permission, Token, TokenKind
from flakebot.rehearsal.github.state.world import ACTIONS_LOGIN, World
from flakebot.rehearsal.github.transfer.smart_http import install_hooks
from flakebot.rehearsal.spans import Span


@dataclass(slots=True, kw_only=True, eq=False)
class StandIn(AbstractContextManager["StandIn"]):
    """A GitHub of one's own below ``root``, an existing empty folder, for as long as the ``with`` block lasts."""

    root: Path
    hub: Hub = field(init=False)
    _certificates: Certificates = field(init=False)
    _server: ServerThread = field(init=False)

    def __post_init__(self) -> None:
        self._certificates = make_certificates(self.root / "certificates")
        install_hooks(self.root / "hooks")
        keyring = Keyring()  # last, since from here on there is something outside ``root`` to take away
        world = World(root=self.root, keyring=keyring)
        self.hub = Hub(
            world=world,
            verifier=Verifier(world=world, keyring=keyring),
            limits=Limits(),
            faults=Faults(),
            requests=RequestLog(),
        )
        self._server = ServerThread(hub=self.hub, certificates=self._certificates)

    def __enter__(self) -> StandIn:
        try:
            self._server.start()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        with undisturbed():
            self._server.stop()
            self.hub.world.keyring.close()

    def environment(self) -> dict[str, str]:
        """Return the variables that lead every client here, in spite of what the machine has set."""
        return client_environment(self._server.proxy_port, self._certificates.authority)

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.hub.faults

    @property
    def requests(self) -> RequestLog:
        """What was asked so far."""
        return self.hub.requests

    def waits(self, ports: Collection[int]) -> tuple[Span, ...]:
        """Return when the clients behind these ports waited for an answer, encryption and all."""
        waits = self._server.proxy.waits
        return tuple(span for port in ports if port in waits for span in waits[port].spans)

    @property
    def limits(self) -> Limits:
        """The rate limits."""
        return self.hub.limits

    @property
    def refused_hosts(self) -> tuple[str, ...]:
        """What clients asked the proxy for and did not get, as ``host:port``."""
        return tuple(self._server.proxy.refused)

    def add_account(
        self,
        login: str,
        *,
        email: str | None = None,
        name: str | None = None,
        kind: AccountKind = AccountKind.USER,
        unverified: tuple[str, ...] = (),
    ) -> Account:
        """Make an account with one verified address, and perhaps some that were never verified."""
        verified = () if email is None else (Email(address=email),)
        others = tuple(Email(address=address, is_verified=False) for address in unverified)
        with self.hub.world.lock:
            return self.hub.world.add_account(login, kind=kind, name=name, emails=verified + others)

    def add_gpg_key(self, account: Account, armored: str) -> None:
        """Register a public key. Raises `ValueError` when it is none."""
        with self.hub.world.lock:
            add_gpg_key(self.hub.world, account, armored)

    def issue_token(
        self,
        account: Account,
        *,
        kind: TokenKind = TokenKind.FINE_GRAINED,
        permissions: Mapping[Permission, Level] | None = None,
        repositories: tuple[str, ...] | None = None,
        scopes: tuple[str, ...] = ("repo",),
    ) -> str:
        """Issue a token and return its value.

        ``scopes`` count for a classic one, ``permissions`` for all others. An App's token writes only in the
        ``repositories`` that it names; None stands for all that the account sees.
        """
        apps = self.hub.world.apps.values()
        token = Token(
            value=kind.value + secrets.token_hex(18),
            account=account,
            kind=kind,
            permissions=dict(permissions or {}),
            repositories=None if repositories is None else frozenset(map(repository_name, repositories)),
            scopes=scopes if kind is TokenKind.CLASSIC else (),
            app_id=next((app.id for app in apps if app.account is account), None),
        )
        with self.hub.world.lock:
            self.hub.world.tokens[token.value] = token
        return token.value

    def issue_job_token(self, repository: str, permissions: Mapping[Permission, Level]) -> str:
        """Issue the token of a workflow's job, which is GitHub Actions' own for one repository."""
        actions = self.hub.world.accounts[ACTIONS_LOGIN]
        return self.issue_token(
            actions, kind=TokenKind.INSTALLATION, permissions=permissions, repositories=(repository,)
        )

    def add_repository(
        self,
        name: str,
        *,
        settings: Settings | None = None,
        workflow: Workflow | None = None,
        collaborators: Mapping[Account, Role] | None = None,
    ) -> SeededRepository:
        """Make an empty repository ``owner/name``; its owner is made too when there is none."""
        return SeededRepository.create(
            self.hub, self._owned(name), settings or Settings(), workflow or Workflow(), dict(collaborators or {})
        )

    def repository(self, name: str) -> SeededRepository:
        """Return a repository. Raises `KeyError` when there is none."""
        return SeededRepository(hub=self.hub, state=self.hub.world.repositories[name.lower()])

    def _owned(self, name: str) -> RepositoryName:
        wanted = repository_name(name)
        if self.hub.world.account(wanted.owner) is None:
            self.add_account(wanted.owner, email=f"{wanted.owner}@example.org")
        return wanted
