"""A repository on the stand-in GitHub with two bots and a job, as the adapters' tests find it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from flakebot.model import Branch, RepositoryName, Sha, Token
from flakebot.rehearsal.github import (
    Account,
    Conclusion,
    Level,
    Permission,
    Protection,
    Role,
    SeededRepository,
    Settings,
    StandIn,
    TokenKind,
    Workflow,
)
from flakebot.rehearsal.github.state.checks import Status, StatusState
from flakebot.rehearsal.github.state.pulls import Comment
from flakebot.rehearsal.github.state.world import present

NAME = RepositoryName(owner="homelab", name="config")
MAIN = Branch("main")
UPDATE = Branch("flakebot/update")

AUTHOR_PERMISSIONS = {
    Permission.CONTENTS: Level.WRITE,
    Permission.PULL_REQUESTS: Level.WRITE,
    Permission.STATUSES: Level.READ,
}
APPROVER_PERMISSIONS = {
    Permission.CONTENTS: Level.READ,
    Permission.PULL_REQUESTS: Level.WRITE,
    Permission.STATUSES: Level.READ,
}
JOB_PERMISSIONS = {
    Permission.CHECKS: Level.READ,
    Permission.CONTENTS: Level.READ,
    Permission.PULL_REQUESTS: Level.WRITE,
    Permission.STATUSES: Level.WRITE,
}


class World(Struct, frozen=True, kw_only=True):
    """The stand-in and what was seeded there. ``tokens`` has one of each role."""

    github: StandIn
    repository: SeededRepository
    author: Account
    approver: Account
    tokens: dict[str, Token]

    def propose(self, lock: str = '{"version":7,"new":true}\n', branch: str = UPDATE) -> Sha:
        """Put an update on the bot's branch, without a pull request."""
        return self.repository.commit(
            {"flake.lock": lock}, "Update", branch=branch, author=self.author, when=datetime(2026, 1, 2, tzinfo=UTC)
        )

    def protect(self, protection: Protection) -> None:
        """Put rules on the base branch."""
        self.repository.protect(protection)

    def report(self, **jobs: Conclusion) -> None:
        """Let the CI of every later push report these conclusions."""
        self.repository.state.workflow = Workflow(jobs=jobs, delay=0)

    def forbid_auto_merge(self) -> None:
        """Switch auto-merge off in the repository's settings."""
        self.repository.state.settings = replace(self.repository.state.settings, allows_auto_merge=False)

    def move_head_to_sibling(self, number: int) -> None:
        """Let a pull request come from another repository of the same owner, under the same branch name."""
        name = RepositoryName(owner=NAME.owner, name="config-fork")
        sibling = SeededRepository.create(
            self.github.hub, name, Settings(), Workflow(), {}, parent=self.repository.state
        )
        self.repository.pull(number).head_repository = sibling.state

    def weaken(self, role: str) -> None:
        """Give a role a token that only reads statuses."""
        self.tokens[role] = Token(self.github.issue_job_token(str(NAME), {Permission.STATUSES: Level.READ}))

    def start_again(self, job: str, sha: Sha) -> None:
        """Let GitHub Actions start a job again on a commit whose run of it is over."""
        old = next(run for run in self.repository.state.check_runs if (run.name, run.head_sha) == (job, sha))
        number = self.github.hub.world.next_id()
        again = dataclasses.replace(old, id=number, status="in_progress", conclusion=None, completed_at=None)
        self.repository.state.check_runs.append(again)

    def run_elsewhere(self, job: str, sha: Sha) -> None:
        """Let a job of the same name in another workflow, which is another check suite, pass on a commit."""
        old = next(run for run in self.repository.state.check_runs if (run.name, run.head_sha) == (job, sha))
        number, suite = self.github.hub.world.next_id(), self.github.hub.world.next_id()
        other = dataclasses.replace(old, id=number, suite_id=suite, conclusion="success")
        self.repository.state.check_runs.append(other)

    def lower_limit(self, calls: int) -> None:
        """Let people have so many calls an hour."""
        self.github.limits.user = calls

    def post_status(self, context: str, sha: Sha, creator: Account, state: StatusState = StatusState.SUCCESS) -> None:
        """Let an account post a status, by default a successful one."""
        status = Status(
            id=self.github.hub.world.next_id(),
            sha=sha,
            context=context,
            state=state,
            description="passed",
            target_url=None,
            creator=creator,
            app_id=None,
            created_at=present(),
        )
        self.repository.state.statuses.append(status)

    def comment(self, number: int, body: str) -> None:
        """Let a person comment."""
        owner, now = self.repository.state.owner, present()
        comment = Comment(id=self.github.hub.world.next_id(), author=owner, body=body, created_at=now, updated_at=now)
        self.repository.pull(number).comments.append(comment)

    def fork(self, login: str) -> None:
        """Let a stranger, whose token is added, fork the repository with all its branches."""
        stranger = self.github.add_account(login, email=f"{login}@example.org")
        self.tokens[login] = Token(self.github.issue_token(stranger, kind=TokenKind.CLASSIC))
        self.repository.fork(stranger)


def make_world(github: StandIn) -> World:
    """Seed the repository: a flake, owned by the approver; its base branch has no rules yet."""
    author = github.add_account("update-bot", email="update-bot@example.org", name="Update Bot")
    approver = github.add_account("approve-bot", email="approve-bot@example.org")
    repository = github.add_repository(
        str(NAME),
        workflow=Workflow(jobs={"build": Conclusion.SUCCESS}, delay=0),
        collaborators={author: Role.WRITE, approver: Role.WRITE},
    )
    repository.commit(
        {
            "flake.nix": "{ outputs = _: { }; }\n",
            "flake.lock": '{"version":7}\n',
            ".github/CODEOWNERS": "/flake.lock @approve-bot\n",
            ".github/flakebot.toml": 'author = "update-bot"\n',
        },
        when=datetime(2026, 1, 1, tzinfo=UTC),
    )
    tokens = {
        "author": github.issue_token(author, permissions=AUTHOR_PERMISSIONS),
        "approver": github.issue_token(approver, permissions=APPROVER_PERMISSIONS),
        "job": github.issue_job_token(str(NAME), JOB_PERMISSIONS),
        "powerless": github.issue_token(author, permissions={}),
    }
    return World(
        github=github,
        repository=repository,
        author=author,
        approver=approver,
        tokens={role: Token(value) for role, value in tokens.items()},
    )
