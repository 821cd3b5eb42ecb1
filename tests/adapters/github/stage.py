"""Where an adapter's test is played: against the stand-in GitHub once, and against what it answered ever after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from flakebot.adapters.github.approver import GithubApprover
from flakebot.adapters.github.author import GithubAuthor
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.job import GithubJob
from flakebot.adapters.github.reader import GithubReader
from flakebot.model import Login, PullRequest, RepositoryName, Token
from flakebot.ports import Clock
from tests.adapters.github.world import MAIN, NAME, UPDATE, World


@dataclass(slots=True, kw_only=True)
class PatientClock(Clock):
    """A clock on which time passes only by sleeping; ``pauses`` are the seconds of each sleep."""

    present: datetime = datetime(2026, 2, 1, tzinfo=UTC)
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.present

    def sleep(self, pause: timedelta) -> None:
        self.pauses.append(pause.total_seconds())
        self.present += pause


class Stage(Struct, frozen=True, kw_only=True):
    """Adapters for a test. ``world`` is None when answers are played back: nobody is there to be prepared."""

    world: World | None
    clock: PatientClock

    def prepare(self, change: Callable[[World], object]) -> None:
        """Change the stand-in's world; what comes of it is on the tape."""
        if self.world is not None:
            change(self.world)

    def connect(self, role: str, *, holder: str | None = None, repository: RepositoryName = NAME) -> Connection:
        """Connect as a role, perhaps with a token that is another's."""
        token = Token("of-nobody") if self.world is None else self.world.tokens[holder or role]
        return Connection(
            token=token, role=role, repository=repository, api_url="https://api.github.com", clock=self.clock
        )

    def author(self, *, holder: str = "author") -> GithubAuthor:
        return GithubAuthor(self.connect("author", holder=holder))

    def approver(self, *, holder: str = "approver") -> GithubApprover:
        return GithubApprover(self.connect("approver", holder=holder))

    def reader(self, *, holder: str = "approver") -> GithubReader:
        return GithubReader(self.connect("approver", holder=holder))

    def checks(self) -> GithubReader:
        return GithubReader(self.connect("job"))

    def job(self, *, poster: str = "github-actions[bot]") -> GithubJob:
        return GithubJob(self.connect("job"), poster=Login(poster))

    def open(self) -> PullRequest:
        """Propose an update and open its pull request, of which GitHub answers the whole."""
        self.prepare(lambda world: world.propose())
        opened = self.author().open_pull_request(head=UPDATE, base=MAIN, title="Update", body="New pins")
        assert isinstance(opened, PullRequest)
        return opened
