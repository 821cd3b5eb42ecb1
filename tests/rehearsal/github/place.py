"""A repository with its people and one pull request: what most tests start from."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model import Sha
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

NAME = "owner/config"
REPOSITORY = f"/repos/{NAME}"
OLD_LOCK = '{"version": 7}\n'
NEW_LOCK = '{"version": 7, "nodes": {}}\n'
WRITE_ALL = dict.fromkeys(Permission, Level.WRITE)


class Place(Struct, frozen=True, kw_only=True):
    """The author may write, the reviewer may write, the visitor may only read."""

    github: StandIn
    config: SeededRepository
    author: Account
    reviewer: Account
    visitor: Account

    def token(self, account: Account) -> str:
        """Issue a classic token that may do all that its account may."""
        return self.github.issue_token(account, kind=TokenKind.CLASSIC, scopes=("repo", "read:org"))

    def job_token(self) -> str:
        """Issue a job's token that may do everything."""
        return self.github.issue_job_token(NAME, WRITE_ALL)

    def propose(self, lock: str = NEW_LOCK) -> Sha:
        """Push an update to the branch ``update``."""
        return self.config.commit({"flake.lock": lock}, "Update", branch="update", author=self.author)


def make_place(
    github: StandIn, *protections: Protection, ci: Conclusion = Conclusion.SUCCESS, settings: Settings | None = None
) -> Place:
    """Seed the repository; CI reports at once."""
    author = github.add_account("author", email="author@example.org", name="The Author")
    reviewer = github.add_account("reviewer", email="reviewer@example.org")
    visitor = github.add_account("visitor", email="visitor@example.org")
    config = github.add_repository(
        NAME,
        settings=settings or Settings(protections=protections),
        workflow=Workflow(jobs={"build": ci}, delay=0),
        collaborators={author: Role.WRITE, reviewer: Role.WRITE},
    )
    config.commit({"flake.nix": "{ }\n", "flake.lock": OLD_LOCK, ".github/CODEOWNERS": "/flake.lock @reviewer\n"})
    return Place(github=github, config=config, author=author, reviewer=reviewer, visitor=visitor)
