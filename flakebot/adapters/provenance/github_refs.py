"""Ask GitHub's API about the history of a ref. One call a question; any public repository, with any account's token."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.errors import NotFoundError
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.provenance.record import NO_COMMIT, Activity
from flakebot.errors import FlakebotError
from flakebot.model import RepositoryName
from flakebot.model.provenance import IsOnRef, OnRefAnswer, TipAnswer, TipSince, Unknown

NEEDS = "Contents: read"


class _Default(Struct, frozen=True, kw_only=True):
    """A repository's own settings."""

    default_branch: str


class _Distance(Struct, frozen=True, kw_only=True):
    """How far a revision is from a ref, in commits; one that is ahead by none is part of the ref's history."""

    ahead_by: Annotated[int, Meta(ge=0)]


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
        """Return when the revision was pushed as the tip of the ref, the last time. Costs 1 call and `since`'s."""
        moves = self.record(repository, ref)
        return moves if isinstance(moves, Unknown) else self.since(repository, moves, rev)

    def record(self, repository: RepositoryName, ref: str | None) -> tuple[Activity, ...] | Unknown:
        """Return the latest moves of a branch, or why they cannot be had. Costs 1 call, 1 more without a ref."""
        try:
            return self.activity(repository, ref or self.default_branch(repository))
        except FlakebotError as error:
            return Unknown(reason=str(error))

    def since(self, repository: RepositoryName, moves: tuple[Activity, ...], rev: str) -> TipAnswer:
        """Return when one of these moves brought the revision to their branch, the last time.

        One that came with others counts since the first tip that led to it; one from before the record, since the
        oldest that is recorded. What its commit says never counts: whoever made it wrote that. Costs no call where the
        revision was a tip, 1 where it is older than the record, and at most 7 more for one that came with others.
        """
        times = [move.timestamp for move in moves if move.after == rev]
        times = times or list(self._came_along(repository, tuple(_since_rewound(moves)), rev))
        return TipSince(when=max(times)) if times else Unknown(reason="GitHub's latest record of pushes lacks it")

    def _came_along(self, repository: RepositoryName, moves: tuple[Activity, ...], rev: str) -> Iterator[datetime]:
        """Yield the time of the first move that led to the revision; without a rewinding, all later ones do, too."""

        def leads_not(move: Activity) -> bool:
            return self.leads_to(repository, move.after, rev) != IsOnRef(holds=True)

        if not moves:
            return
        *later, oldest = moves
        leading = bisect_left(later, True, key=leads_not) if leads_not(oldest) else len(moves)
        if leading:
            yield moves[leading - 1].timestamp

    def default_branch(self, repository: RepositoryName) -> str:
        """Return the name of the default branch. Costs 1 call."""
        purpose = Purpose(doing=f"read the default branch of {repository}", needs="Metadata: read")
        return self.connection.read(_Default, f"/repos/{repository}", purpose).default_branch

    def activity(self, repository: RepositoryName, ref: str) -> tuple[Activity, ...]:
        """Return the latest 100 moves of a branch, the latest first. Costs 1 call."""
        purpose = Purpose(doing=f"read the activity of {repository}", needs=NEEDS)
        query: dict[str, str | int] = {"per_page": 100, "ref": _full_name(ref)}
        return self.connection.read(tuple[Activity, ...], f"/repos/{repository}/activity", purpose, query)

    @property
    def connection(self) -> Connection:
        """The door of this thread."""
        known: Connection | None = getattr(self._local, "connection", None)
        if known is None:
            known = self._local.connection = self._connect()
        return known


def _full_name(ref: str) -> str:
    return ref if ref.startswith("refs/") else f"refs/heads/{ref}"


def _since_rewound(moves: tuple[Activity, ...]) -> Iterator[Activity]:
    """Yield the moves since the branch was made, or rewound by force; that one is the last."""
    for move in moves:
        if move.after == NO_COMMIT:
            return
        yield move
        if move.activity_type == "force_push" or move.before == NO_COMMIT:
            return
