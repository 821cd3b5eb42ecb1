"""A repository with everything that GitHub keeps beside its git objects. Values and look-ups, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flakebot.model import RepositoryName, Sha
from flakebot.rehearsal.github.git.store import Store
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.activity import Activity
from flakebot.rehearsal.github.state.checks import CheckRun, Status
from flakebot.rehearsal.github.state.pulls import Label, PullRequest
from flakebot.rehearsal.github.state.rules import Protection, Role, Settings, Workflow


@dataclass(slots=True, kw_only=True, eq=False)
class Repository:
    """A repository. Issues and pull requests share one series of numbers."""

    id: int
    owner: Account
    name: str
    store: Store
    settings: Settings
    workflow: Workflow
    created_at: datetime
    pushed_at: datetime
    parent: Repository | None = None
    collaborators: dict[Account, Role] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    check_runs: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    activity: list[Activity] = field(default_factory=list)

    @property
    def full_name(self) -> RepositoryName:
        """The name by which it is addressed."""
        return RepositoryName(owner=self.owner.login, name=self.name)

    @property
    def default_branch(self) -> str:
        """The branch that ``HEAD`` names."""
        return self.settings.default_branch

    def role(self, account: Account) -> Role:
        """Return what an account may do here: its owner everything, anybody may read what is public."""
        if account is self.owner:
            return Role.ADMIN
        everybody = Role.NONE if self.settings.is_private else Role.READ
        return max(everybody, self.collaborators.get(account, Role.NONE))

    def protections(self, branch: str) -> tuple[Protection, ...]:
        """Return all rules that cover a branch."""
        return tuple(rules for rules in self.settings.protections if rules.covers(branch))

    def label(self, name: str) -> Label | None:
        """Return a label by its name, which GitHub compares without case."""
        return next((label for label in self.labels if label.name.lower() == name.lower()), None)

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """Return the open pull requests, newest first."""
        return tuple(pull for pull in reversed(self.pulls.values()) if pull.is_open)

    def latest_statuses(self, sha: Sha) -> tuple[Status, ...]:
        """Return the latest status of each context on a commit."""
        latest = {status.context: status for status in self.statuses if status.sha == sha}
        return tuple(latest.values())

    def latest_check_runs(self, sha: Sha) -> tuple[CheckRun, ...]:
        """Return the latest run of each check in each suite on a commit; every suite is one App's."""
        latest = {(run.suite_id, run.name): run for run in self.check_runs if run.head_sha == sha}
        return tuple(latest.values())
