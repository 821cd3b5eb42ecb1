"""What git knows of a pull request, as GraphQL shows it: looked up only when it is selected."""

from __future__ import annotations

from flakebot.rehearsal.github.git.changes import FileChange
from flakebot.rehearsal.github.graphql.commits import commit, rollup
from flakebot.rehearsal.github.graphql.connections import paged
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.rest.mergeability import shown_mergeability
from flakebot.rehearsal.github.shapes.basics import Document, node_id
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository

_MERGEABLE = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}


def contained(call: Call, repository: Repository, request: PullRequest) -> Document:
    """Return the fields for changes, commits, checks and mergeability."""
    store, merge = repository.store, request.merge

    def changes() -> tuple[FileChange, ...]:
        return store.changes(request.fork_point, request.head_sha)

    def commits() -> tuple[Document, ...]:
        shas = reversed(store.history(request.head_sha, f"^{request.fork_point}"))
        return tuple({"id": node_id("PRC", request.id), "commit": commit(call, repository, sha)} for sha in shas)

    def mergeability() -> tuple[bool | None, str]:
        return shown_mergeability(call.hub, repository, request)

    return {
        "changedFiles": lambda _info: len(changes()),
        "additions": lambda _info: sum(change.additions for change in changes()),
        "deletions": lambda _info: sum(change.deletions for change in changes()),
        "files": paged(changes, _file),
        "commits": paged(commits, dict),
        "mergeable": lambda _info: _MERGEABLE[mergeability()[0]],
        "mergeStateStatus": lambda _info: mergeability()[1].upper(),
        "mergeCommit": lambda _info: None if merge is None else commit(call, repository, merge.sha),
        "potentialMergeCommit": None,
        "statusCheckRollup": lambda _info: rollup(call, repository, request.head_sha),
    }


def _file(change: FileChange) -> Document:
    return {
        "path": change.path,
        "additions": change.additions,
        "deletions": change.deletions,
        "changeType": change.status.upper(),
    }
