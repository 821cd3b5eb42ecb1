"""Reviews and comments in GitHub's shapes. Pure."""

from __future__ import annotations

from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.pulls import association
from flakebot.rehearsal.github.state.pulls import Comment, PullRequest, Review
from flakebot.rehearsal.github.state.repositories import Repository


def review(repository: Repository, request: PullRequest, given: Review) -> Document:
    """Shape a review."""
    html = f"{web_url(repository.full_name, 'pull', request.number)}#pullrequestreview-{given.id}"
    pull_url = api_url(repository.full_name, "pulls", request.number)
    return {
        "id": given.id,
        "node_id": node_id("PRR", given.id),
        "user": simple_user(given.author),
        "body": given.body,
        "state": given.verdict.value,
        "html_url": html,
        "pull_request_url": pull_url,
        "author_association": association(repository, given.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": pull_url}},
        "submitted_at": time_text(given.submitted_at),
        "commit_id": given.sha,
    }


def comment(repository: Repository, request: PullRequest, written: Comment) -> Document:
    """Shape a comment in the conversation."""
    return {
        "id": written.id,
        "node_id": node_id("IC", written.id),
        "url": api_url(repository.full_name, "issues/comments", written.id),
        "html_url": f"{web_url(repository.full_name, 'pull', request.number)}#issuecomment-{written.id}",
        "issue_url": api_url(repository.full_name, "issues", request.number),
        "user": simple_user(written.author),
        "created_at": time_text(written.created_at),
        "updated_at": time_text(written.updated_at),
        "author_association": association(repository, written.author),
        "body": written.body,
        "performed_via_github_app": None,
    }
