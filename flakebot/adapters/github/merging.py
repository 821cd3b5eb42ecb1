"""Merge a pull request at one commit, at once or when GitHub may. Never merges another commit than the one named."""

from __future__ import annotations

from github.PullRequestMergeStatus import PullRequestMergeStatus

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.errors import DeclinedError
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.refusals import BASE_MOVED, refused_auto_merge, refused_merge
from flakebot.adapters.github.retry import persistently
from flakebot.adapters.github.shapes import AutoMergeAnswer, MergeAnswer, parsed
from flakebot.model import PullRequest, Sha
from flakebot.ports import Merged, MergeResult, Queued

NOTHING_MISSING = ("clean status", "unstable status")
"""GitHub does not wait for a pull request that it could merge now: clean, or with only optional checks missing."""

_NOTHING_TO_DISABLE = "Can't disable auto-merge"
"""GitHub's words where auto-merge is not enabled: somebody else was first, or it has merged."""


class Merging:
    """Merging with the author's token."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def now(self, number: int, *, sha: Sha, method: str) -> MergeResult:
        """Merge exactly this head. Costs 1 call, and 1 for each time that the base moves meanwhile, at most 3."""
        purpose = Purpose(doing=f"merge #{number} at {sha[:7]}", needs="Contents: write")
        pull = self._connection.repository.get_pull(number)

        def merge() -> PullRequestMergeStatus:
            return self._connection.write(purpose, lambda: pull.merge(merge_method=method, sha=sha))

        try:
            status = persistently(merge, clock=self._connection.clock, may_repeat=_is_base_moved)
        except DeclinedError as declined:
            return refused_merge(declined, sha=sha, method=method)
        return Merged(sha=parsed(MergeAnswer, status.raw_data, purpose).sha)

    def later(self, pull_request: PullRequest, *, sha: Sha, method: str) -> MergeResult:
        """Ask GitHub to merge this head once it may. Costs 1 call, and those of merging where nothing is missing."""
        purpose = Purpose(
            doing=f"enable auto-merge of #{pull_request.number}", needs="Contents: write and Pull requests: write"
        )
        variables = {"pullRequestId": pull_request.node_id, "expectedHeadOid": sha, "mergeMethod": method.upper()}
        try:
            self._connection.mutate(
                AutoMergeAnswer, "enablePullRequestAutoMerge", variables, "pullRequest { number }", purpose
            )
        except DeclinedError as declined:
            if declined.answer.says(*NOTHING_MISSING):
                return self.now(pull_request.number, sha=sha, method=method)
            raise refused_auto_merge(declined, sha=sha) from declined
        return Queued()

    def never(self, pull_request: PullRequest) -> None:
        """Take back what `later` asked for; nothing to take back is fine. Costs 1 call."""
        purpose = Purpose(doing=f"disable auto-merge of #{pull_request.number}", needs="Pull requests: write")
        variables = {"pullRequestId": pull_request.node_id}
        try:
            self._connection.mutate(
                AutoMergeAnswer, "disablePullRequestAutoMerge", variables, "pullRequest { number }", purpose
            )
        except DeclinedError as declined:
            if not declined.answer.says(_NOTHING_TO_DISABLE):
                raise


def _is_base_moved(error: BaseException) -> bool:
    return isinstance(error, DeclinedError) and error.answer.says(BASE_MOVED)
