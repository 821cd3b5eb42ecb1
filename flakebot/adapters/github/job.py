"""What the job's own token may write: flakebot's commit status, and nothing else."""

from __future__ import annotations

from flakebot.adapters.github.checks import creator_of
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.statuses import read_statuses
from flakebot.model import Login, Sha
from flakebot.ports import JobHub

LONGEST_DESCRIPTION = 140
"""Characters of a status's description that GitHub accepts."""


class GithubJob(JobHub):
    """The job's account. It cannot be asked for its name, so ``poster`` says under which one its statuses appear."""

    def __init__(self, connection: Connection, *, poster: Login) -> None:
        self._connection = connection
        self._poster = poster.lower()

    def post_status(self, sha: Sha, *, name: str, is_success: bool, description: str, url: str) -> None:
        """Post a commit status, unless the poster's latest one says the same. Costs 2 calls, or 1."""
        wanted = ("success" if is_success else "failure", description[:LONGEST_DESCRIPTION])
        if self._standing(sha, name) == wanted:
            return
        purpose = Purpose(doing=f"post the status {name}", needs="Commit statuses: write")
        commit = self._connection.repository.get_commit(sha)
        state, said = wanted
        if url:
            self._connection.write(purpose, lambda: commit.create_status(state, url, said, name))
        else:
            self._connection.write(purpose, lambda: commit.create_status(state, description=said, context=name))

    def _standing(self, sha: Sha, name: str) -> tuple[str, str] | None:
        """Return the state and description of the latest status that this account posted under the name."""
        for status in read_statuses(self._connection, sha):
            if status.context == name and (creator_of(status) or "").lower() == self._poster:
                return status.state, status.description or ""
        return None
