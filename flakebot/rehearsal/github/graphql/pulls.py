"""Pull requests as GraphQL shows them. Reads; never writes."""

from __future__ import annotations

from functools import partial

from flakebot.rehearsal.github.graphql.connections import connection_of, empty, paged
from flakebot.rehearsal.github.graphql.contained import contained
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.graphql.reviews import comment, label, review, review_request
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.judgment.merging import review_decision
from flakebot.rehearsal.github.judgment.reviews import standing_reviews
from flakebot.rehearsal.github.shapes.basics import Document, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.pulls import association
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository


def pull_state(request: PullRequest) -> str:
    """Return GraphQL's state, which tells merged from closed."""
    return "MERGED" if request.merge is not None else request.state.upper()


def pull(call: Call, repository: Repository, request: PullRequest) -> Document:
    """Shape a pull request; what costs a look at git is a function and runs only when it is selected."""
    return {
        **_facts(repository, request),
        **contained(call, repository, request),
        "assignees": empty,
        "projectCards": empty,
        "projectItems": empty,
        "closingIssuesReferences": empty,
        "reactionGroups": [],
        "labels": paged(lambda: request.labels, label),
        "comments": paged(lambda: request.comments, partial(comment, call, repository, request)),
        "reviews": lambda _info, **arguments: _reviews(call, repository, request, arguments),
        "latestReviews": paged(
            lambda: standing_reviews(repository, request), partial(review, call, repository, request)
        ),
        "reviewRequests": paged(lambda: request.requested_reviewers, review_request),
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


def _reviews(call: Call, repository: Repository, request: PullRequest, arguments: Document) -> Document:
    states = arguments.get("states")
    found = [given for given in request.reviews if not isinstance(states, list) or given.verdict in states]
    return connection_of(found, partial(review, call, repository, request), arguments)
