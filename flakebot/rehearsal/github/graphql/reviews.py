"""Reviews, comments, labels and requested reviewers, as GraphQL shows them. Reads; never writes."""

from __future__ import annotations

from flakebot.rehearsal.github.graphql.commits import commit
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.shapes.basics import Document, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.pulls import association
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import Comment, Label, PullRequest, Review
from flakebot.rehearsal.github.state.repositories import Repository


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


def comment(call: Call, repository: Repository, request: PullRequest, written: Comment) -> Document:
    """Shape a comment in the conversation."""
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


def label(kept: Label) -> Document:
    """Shape a label."""
    return {
        "id": node_id("LA", kept.id),
        "name": kept.name,
        "color": kept.color,
        "description": kept.description,
    }


def review_request(account: Account) -> Document:
    """Shape the wish for somebody's review."""
    return {"id": node_id("RR", account.id), "asCodeOwner": False, "requestedReviewer": actor(account)}
