"""Everything that the stand-in knows, behind one lock. Finds and remembers; never judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import RLock

from flakebot.model import Login
from flakebot.rehearsal.github.signing.keyring import Keyring
from flakebot.rehearsal.github.state.accounts import Account, AccountKind, Email
from flakebot.rehearsal.github.state.agenda import Agenda
from flakebot.rehearsal.github.state.checks import App
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.tokens import Token

ACTIONS_APP_ID = 15368
"""The real ID of the App that GitHub Actions is."""
ACTIONS_LOGIN = Login("github-actions[bot]")
WEB_FLOW_LOGIN = Login("web-flow")
"""The account in whose name GitHub signs the commits that it makes itself."""


def present() -> datetime:
    """Return the present as GitHub writes it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """The state of the stand-in. Whoever reads or changes it holds ``lock``."""

    root: Path
    keyring: Keyring
    lock: RLock = field(default_factory=RLock)
    agenda: Agenda = field(default_factory=Agenda)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    repositories: dict[str, Repository] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: count(1001))

    def __post_init__(self) -> None:
        bot = self.add_account(ACTIONS_LOGIN, kind=AccountKind.BOT)
        self.apps[ACTIONS_APP_ID] = App(id=ACTIONS_APP_ID, slug="github-actions", name="GitHub Actions", account=bot)
        self.add_account(WEB_FLOW_LOGIN, name="GitHub Web Flow", emails=(Email(address="noreply@github.com"),))

    def next_id(self) -> int:
        """Return a number that no other thing has."""
        return next(self._ids)

    def add_account(
        self,
        login: str,
        *,
        kind: AccountKind = AccountKind.USER,
        name: str | None = None,
        emails: tuple[Email, ...] = (),
    ) -> Account:
        """Make an account. Raises `ValueError` when the login is taken."""
        if login.lower() in self.accounts:
            raise ValueError(f"the account {login} exists already")
        account = Account(
            id=self.next_id(), login=Login(login), kind=kind, name=name, emails=list(emails), created_at=present()
        )
        self.accounts[login.lower()] = account
        return account

    def account(self, login: str) -> Account | None:
        """Return an account by its login, which GitHub compares without case."""
        return self.accounts.get(login.lower())

    def account_of_email(self, address: str) -> Account | None:
        """Return the account to which an address belongs."""
        return next((account for account in self.accounts.values() if account.email(address)), None)

    def repository(self, owner: str, name: str) -> Repository | None:
        """Return a repository by its name, which GitHub compares without case."""
        return self.repositories.get(f"{owner}/{name}".lower())

    def pulls_from(self, head: Repository, branch: str) -> tuple[tuple[Repository, PullRequest], ...]:
        """Return the open pull requests whose head is a branch, with the repositories that they are in."""
        return tuple(
            (repository, pull)
            for repository in self.repositories.values()
            for pull in repository.open_pulls()
            if pull.head_repository is head and pull.head_branch == branch
        )

    def keep_repository(self, repository: Repository) -> None:
        """Remember a new repository."""
        self.repositories[str(repository.full_name).lower()] = repository
