"""What the author's token may do: propose and merge. There is no method that approves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from flakebot.adapters.github.account import GithubAccount
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.conversation import Conversation
from flakebot.adapters.github.errors import DeclinedError, NotFoundError
from flakebot.adapters.github.merging import Merging
from flakebot.adapters.github.pulls import listed_pull_request_of, pull_request_of
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import ListedAnswer, PullRequestAnswer, parsed
from flakebot.errors import UnavailableError
from flakebot.model import Branch, ListedPullRequest, PullRequest, Sha
from flakebot.ports import AuthorHub, MergeResult

NEEDS = "Pull requests: write"


class GithubAuthor(GithubAccount, AuthorHub):
    """The proposing account."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection
        self._merging = Merging(connection)
        self._home = f"/repos/{connection.name}"

    def open_pull_requests(self, base: Branch) -> tuple[ListedPullRequest, ...]:
        """Return every open pull request into the base from here, newest first. Costs 1 call per 100 from anywhere."""
        purpose = Purpose(doing=f"look for pull requests into {base}", needs="Pull requests: read")
        query = {"state": "open", "base": base}
        pages = self._connection.read_all(tuple[ListedAnswer, ...], f"{self._home}/pulls", purpose, query)
        return tuple(self._from_here(answer for page in pages for answer in page))

    def closed_pull_requests(self, branch: Branch, base: Branch) -> tuple[ListedPullRequest, ...]:
        """Return the newest closed ones, newest first: GitHub's first page of them. Costs 1 call."""
        purpose = Purpose(doing=f"look for closed pull requests from {branch}", needs="Pull requests: read")
        query = {"state": "closed", "head": f"{self._connection.name.owner}:{branch}", "base": base}
        found = self._connection.read(tuple[ListedAnswer, ...], f"{self._home}/pulls", purpose, query)
        return tuple(listed for listed in self._from_here(found) if listed.head_branch == branch)

    def open_pull_request(self, *, head: Branch, base: Branch, title: str, body: str) -> ListedPullRequest:
        """Open a pull request, or return the one that somebody opened in the meantime. Costs 1 call, 2 for that."""
        purpose = Purpose(doing=f"open a pull request from {head} to {base}", needs=NEEDS)
        repository = self._connection.repository
        try:
            opened = self._connection.write(
                purpose, lambda: repository.create_pull(base=base, head=head, title=title, body=body)
            )
        except DeclinedError as declined:
            return self._already_open(declined, head, base)
        return pull_request_of(parsed(PullRequestAnswer, opened.raw_data, purpose))

    def edit(self, number: int, *, title: str, body: str) -> None:
        """Replace the title and body. Costs 1 call."""
        pull = self._connection.repository.get_pull(number)
        purpose = Purpose(doing=f"edit #{number}", needs=NEEDS)
        self._connection.write(purpose, lambda: pull.edit(title=title, body=body))

    def set_labels(self, number: int, *, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        """Add and remove labels; others stay. Costs 1 call, and 1 for each label that is removed."""
        issue = self._connection.repository.get_issue(number)
        purpose = Purpose(doing=f"label #{number}", needs=NEEDS)
        if add:
            self._connection.write(purpose, lambda: issue.add_to_labels(*add))
        for label in remove:
            try:
                # not PyGithub's method, which leaves a slash in a label's name as it is
                self._connection.delete(f"{self._home}/issues/{number}/labels/{quote(label, safe='')}", purpose)
            except NotFoundError as missing:
                if not missing.answer.says("Label does not exist"):
                    raise

    def close(self, number: int, *, sentence: str, body: str) -> None:
        """Close with one comment that says why. Costs 4 calls: who am I, which comments are there, and two writes."""
        conversation = Conversation(self._connection, number, self.login())
        if conversation.own_comment(sentence) is None:
            conversation.add(sentence)
        pull = self._connection.repository.get_pull(number)
        purpose = Purpose(doing=f"close #{number}", needs=NEEDS)
        self._connection.write(purpose, lambda: pull.edit(state="closed", body=body))

    def merge(self, number: int, *, sha: Sha, method: str) -> MergeResult:
        """Merge exactly this head. Costs 1 call."""
        return self._merging.now(number, sha=sha, method=method)

    def enable_auto_merge(self, pull_request: PullRequest, *, sha: Sha, method: str) -> MergeResult:
        """Ask GitHub to merge this head once it may. Costs 1 call, 2 where nothing is missing any more."""
        return self._merging.later(pull_request, sha=sha, method=method)

    def disable_auto_merge(self, pull_request: PullRequest) -> None:
        """Ask GitHub not to merge it by itself any more. Costs 1 call."""
        self._merging.never(pull_request)

    def _already_open(self, declined: DeclinedError, head: Branch, base: Branch) -> ListedPullRequest:
        if not declined.answer.says("A pull request already exists"):
            raise declined
        for standing in self.open_pull_requests(base):
            if standing.head_branch == head:
                return standing
        raise UnavailableError(f"{declined}, but there is none to be found", advice="Run this again.") from declined

    def _from_here(self, answers: Iterable[ListedAnswer]) -> Iterator[ListedPullRequest]:
        """Yield those whose branch is in this very repository: another one may have a branch of the same name."""
        own = f"{self._connection.name}".lower()
        for listed in map(listed_pull_request_of, answers):
            if (listed.head_repository or "").lower() == own:
                yield listed
