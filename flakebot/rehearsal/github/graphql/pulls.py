"""Pull requests with their reviews and comments, as GraphQL shows them. Reads; never writes."""

from __future__ import annotations

from functools import partial

from flakebot.rehearsal.github.graphql.commits import commit, rollup
from flakebot.rehearsal.github.graphql.connections import connection_of, empty, paged
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.judgment.merging import review_decision
from flakebot.rehearsal.github.judgment.reviews import standing_reviews
from flakebot.rehearsal.github.rest.mergeability import shown_mergeability
from flakebot.rehearsal.github.shapes.basics import Document, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.pulls import association
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import Comment, Label, PullRequest, Review
from flakebot.rehearsal.github.state.repositories import Repository

_MERGEABLE = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}


def pull_state(request: PullRequest) -> str:
    """Return GraphQL's state, which tells merged from closed."""
    return "MERGED" if request.merge is not None else request.state.upper()


def pull(call: Call, repository: Repository, request: PullRequest) -> Document:
    """Shape a pull request; what costs a look at git is a function and runs only when it is selected."""
    return {
        **_facts(repository, request),
        **_git_facts(call, repository, request),
        "assignees": empty,
        "projectCards": empty,
        "projectItems": empty,
        "closingIssuesReferences": empty,
        "reactionGroups": [],
        "labels": paged(lambda: request.labels, _label),
        "comments": paged(lambda: request.comments, partial(_comment, call, repository, request)),
        "reviews": lambda _info, **arguments: _reviews(call, repository, request, arguments),
        "latestReviews": paged(
            lambda: standing_reviews(repository, request), partial(review, call, repository, request)
        ),
        "reviewRequests": paged(lambda: request.requested_reviewers, _review_request),
    }


def _facts(repository: Repository, request: PullRequest) -> Document:
    standing, merge = request.auto_merge, request.merge
    return {
        "__typename": "PullRequest",
        "id": node_id("PR", request.id),
        "databaseId": request.id,
        "fullDatabaseId": str(request.id),
        "number": request.number,
        "title": request.title,
        "body": request.body or "",
        "bodyText": request.body or "",
        "state": pull_state(request),
        "url": web_url(repository.full_name, "pull", request.number),
        "author": actor(request.author),
        "authorAssociation": association(repository, request.author),
        "isDraft": request.is_draft,
        "isCrossRepository": request.head_repository is not repository,
        "closed": not request.is_open,
        "merged": merge is not None,
        "mergedBy": None if merge is None else actor(merge.by),
        "createdAt": time_text(request.created_at),
        "updatedAt": time_text(request.updated_at),
        "closedAt": time_text(request.closed_at),
        "mergedAt": None if merge is None else time_text(merge.at),
        "maintainerCanModify": request.maintainer_can_modify,
        "viewerCanEnableAutoMerge": repository.settings.allows_auto_merge and request.is_open,
        "baseRefName": request.base_branch,
        "baseRefOid": request.base_sha,
        "headRefName": request.head_branch,
        "headRefOid": request.head_sha,
        "headRepositoryOwner": actor(request.head_repository.owner),
        "milestone": None,
        "reviewDecision": lambda _info: review_decision(repository, request),
        "autoMergeRequest": None
        if standing is None
        else {
            "enabledAt": time_text(standing.enabled_at),
            "enabledBy": actor(standing.enabled_by),
            "mergeMethod": standing.method.name,
            "commitHeadline": standing.title,
            "commitBody": standing.message,
        },
    }


def _git_facts(call: Call, repository: Repository, request: PullRequest) -> Document:
    store, merge = repository.store, request.merge

    def changes() -> tuple[Document, ...]:
        found = store.changes(request.fork_point, request.head_sha)
        keys = ("path", "additions", "deletions")
        return tuple(
            {key: getattr(change, key) for key in keys} | {"changeType": change.status.upper()} for change in found
        )

    def commits() -> tuple[Document, ...]:
        shas = reversed(store.history(request.head_sha, f"^{request.fork_point}"))
        return tuple({"id": node_id("PRC", request.id), "commit": commit(call, repository, sha)} for sha in shas)

    def mergeability(position: int) -> object:
        return shown_mergeability(call.hub, repository, request)[position]

    return {
        "changedFiles": lambda _info: len(changes()),
        "additions": lambda _info: sum(int(str(change["additions"])) for change in changes()),
        "deletions": lambda _info: sum(int(str(change["deletions"])) for change in changes()),
        "files": paged(changes, dict),
        "commits": paged(commits, dict),
        "mergeable": lambda _info: _MERGEABLE[mergeability(0)],  # type: ignore[index]  # bool | None
        "mergeStateStatus": lambda _info: str(mergeability(1)).upper(),
        "mergeCommit": lambda _info: None if merge is None else commit(call, repository, merge.sha),
        "potentialMergeCommit": None,
        "statusCheckRollup": lambda _info: rollup(call, repository, request.head_sha),
    }


def _reviews(call: Call, repository: Repository, request: PullRequest, arguments: Document) -> Document:
    states = arguments.get("states")
    found = [given for given in request.reviews if not isinstance(states, list) or given.verdict in states]
    return connection_of(found, partial(review, call, repository, request), arguments)


def review(call: Call, repository: Repository, request: PullRequest, given: Review) -> Document:
    """Shape a review."""
    submitted = time_text(given.submitted_at)
    return {
        "__typename": "PullRequestReview",
        "id": node_id("PRR", given.id),
        "databaseId": given.id,
        "author": actor(given.author),
        "authorAssociation": association(repository, given.author),
        "body": given.body,
        "url": f"{web_url(repository.full_name, 'pull', request.number)}#pullrequestreview-{given.id}",
        "state": given.verdict.value,
        "submittedAt": submitted,
        "createdAt": submitted,
        "includesCreatedEdit": False,
        "commit": lambda _info: commit(call, repository, given.sha),
        "reactionGroups": [],
    }


def _comment(call: Call, repository: Repository, request: PullRequest, written: Comment) -> Document:
    return {
        "id": node_id("IC", written.id),
        "databaseId": written.id,
        "author": actor(written.author),
        "authorAssociation": association(repository, written.author),
        "body": written.body,
        "url": f"{web_url(repository.full_name, 'pull', request.number)}#issuecomment-{written.id}",
        "createdAt": time_text(written.created_at),
        "updatedAt": time_text(written.updated_at),
        "includesCreatedEdit": written.created_at != written.updated_at,
        "isMinimized": False,
        "minimizedReason": None,
        "viewerDidAuthor": call.token is not None and call.token.account is written.author,
        "reactionGroups": [],
    }


def _label(kept: Label) -> Document:
    return {
        "id": node_id("LA", kept.id),
        "name": kept.name,
        "color": kept.color,
        "description": kept.description,
    }


def _review_request(account: Account) -> Document:
    return {"id": node_id("RR", account.id), "asCodeOwner": False, "requestedReviewer": actor(account)}
