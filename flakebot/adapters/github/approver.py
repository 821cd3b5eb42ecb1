"""What the approver's token may do: review and comment. There is no method that pushes or merges."""

from __future__ import annotations

from flakebot.adapters.github.account import GithubAccount
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.conversation import Conversation
from flakebot.adapters.github.errors import DeclinedError
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import ReviewAnswer, parsed
from flakebot.errors import FlakebotError, HeadMovedError, MisuseError, UnavailableError
from flakebot.model import Sha
from flakebot.ports import ApproverHub


class GithubApprover(GithubAccount, ApproverHub):
    """The approving account."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection

    def approve(self, number: int, *, sha: Sha, body: str) -> None:
        """Submit an approving review for exactly this commit. Costs 1 call.

        Raises `HeadMovedError` when the commit is no longer part of the pull request.
        """
        self._review(number, "APPROVE", "APPROVED", sha, body)

    def withdraw(self, number: int, *, sha: Sha, body: str) -> None:
        """Replace an approval that no longer holds by a request for changes. Costs 1 call."""
        self._review(number, "REQUEST_CHANGES", "CHANGES_REQUESTED", sha, body)

    def explain(self, number: int, *, marker: str, body: str) -> None:
        """Leave one comment that carries the marker, and edit it in place. Costs 1 call per 100 comments, and 1."""
        conversation = Conversation(self._connection, number, self.login())
        comment = conversation.own_comment(marker)
        if comment is None:
            conversation.add(body)
        elif comment.body != body:
            conversation.replace(comment, body)

    def settle(self, number: int, *, marker: str, body: str) -> None:
        """Edit the comment that carries the marker where there is one. Costs 1 call per 100 comments, and 1."""
        conversation = Conversation(self._connection, number, self.login())
        comment = conversation.own_comment(marker)
        if comment is not None and comment.body != body:
            conversation.replace(comment, body)

    def _review(self, number: int, event: str, state: str, sha: Sha, body: str) -> None:
        purpose = Purpose(doing=f"review #{number} at {sha[:7]}", needs="Pull requests: write")
        repository = self._connection.repository
        pull, commit = repository.get_pull(number), repository.get_commit(sha)
        try:
            review = self._connection.write(purpose, lambda: pull.create_review(commit, body, event))
        except DeclinedError as declined:
            raise _explained(declined, number, sha) from declined
        require_recorded(parsed(ReviewAnswer, review.raw_data, purpose), number, state=state, sha=sha)


def require_recorded(answer: ReviewAnswer, number: int, *, state: str, sha: Sha) -> None:
    """Require that GitHub recorded the review that was sent: a success that says otherwise is none."""
    if (answer.state, answer.commit_id) != (state, sha):
        raise UnavailableError(
            f"#{number} was to be {state} at {sha[:7]}, but GitHub recorded {answer.state} at {answer.commit_id}",
            advice="Look at the pull request's reviews before running this again.",
        )


def _explained(declined: DeclinedError, number: int, sha: Sha) -> FlakebotError:
    if declined.answer.says("approve your own pull request"):
        return MisuseError(
            f"#{number} belongs to the account that was to approve it: {declined}",
            advice="Give the approver's token of a second account; GitHub lets nobody approve their own proposal.",
        )
    if declined.answer.says("not part of the pull request"):
        return HeadMovedError(
            f"{sha[:7]} is no longer part of #{number}", advice="Run `flakebot approve` again; it judges the new head."
        )
    return declined
