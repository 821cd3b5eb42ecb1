"""Ask GitHub's API about the history of a ref. One call a question; any public repository, with any account's token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import quote

from pydantic import AwareDatetime, Field, RootModel

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.errors import NotFoundError
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import FullSha, Shape
from flakebot.errors import FlakebotError
from flakebot.model import RepositoryName
from flakebot.model.provenance import IsOnRef, OnRefAnswer, TipAnswer, TipSince, Unknown

NEEDS = "Contents: read"


class _Distance(Shape):
    """How far a revision is from a ref, in commits; one that is ahead by none is part of the ref's history."""

    ahead_by: int = Field(ge=0)


class Activity(Shape):
    """One time that a ref moved."""

    after: FullSha
    timestamp: AwareDatetime


class _Activities(RootModel[tuple[Activity, ...]]):
    """A page of them, the latest first."""


class GithubRefs:
    """What GitHub knows of refs. ``connect`` opens a door for one thread: PyGithub's cannot be shared by several."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._local = threading.local()

    def leads_to(self, repository: RepositoryName, ref: str | None, rev: str) -> OnRefAnswer:
        """Return whether the ref leads to the revision. Costs 1 call.

        GitHub serves every commit of a fork under its parent's name; compared with the ref, such a one is ahead of it.
        """
        purpose = Purpose(doing=f"compare {rev[:7]} with {ref or 'HEAD'} of {repository}", needs=NEEDS)
        path = f"/repos/{repository}/compare/{quote(ref or 'HEAD', safe='')}...{quote(rev, safe='')}"
        try:
            distance = self.connection.read(_Distance, path, purpose, {"per_page": 1})
        except NotFoundError as error:
            if error.answer.says("No common ancestor"):
                return IsOnRef(holds=False)
            return Unknown(reason=f"GitHub shows no such repository, ref or revision of {repository} to this token")
        except FlakebotError as error:
            return Unknown(reason=str(error))
        return IsOnRef(holds=distance.ahead_by == 0)

    def became_tip(self, repository: RepositoryName, ref: str | None, rev: str) -> TipAnswer:
        """Return when the revision was pushed as the tip of the ref, the last time. Costs 1 call.

        GitHub knows the name of the default branch, and we do not: without a ref, every branch counts.
        """
        try:
            found = self.activity(repository, ref)
        except FlakebotError as error:
            return Unknown(reason=str(error))
        times = [activity.timestamp for activity in found if activity.after == rev]
        return TipSince(when=max(times)) if times else Unknown(reason="GitHub's latest record of pushes lacks it")

    def activity(self, repository: RepositoryName, ref: str | None) -> tuple[Activity, ...]:
        """Return the latest moves of a branch, or of all of them, the latest first. Costs 1 call."""
        purpose = Purpose(doing=f"read the activity of {repository}", needs=NEEDS)
        query: dict[str, str | int] = {"per_page": 100} | ({} if ref is None else {"ref": _full_name(ref)})
        return self.connection.read(_Activities, f"/repos/{repository}/activity", purpose, query).root

    @property
    def connection(self) -> Connection:
        """The door of this thread."""
        known: Connection | None = getattr(self._local, "connection", None)
        if known is None:
            known = self._local.connection = self._connect()
        return known


def _full_name(ref: str) -> str:
    return ref if ref.startswith("refs/") else f"refs/heads/{ref}"
