"""A pull request seen as the issue that it also is, in GitHub's shape. Pure."""

from __future__ import annotations

from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.pulls import association, label
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository


def issue(repository: Repository, request: PullRequest) -> Document:
    """Shape the issue; ``pull_request`` tells it from a plain one."""
    url = api_url(repository.full_name, "issues", request.number)
    html = web_url(repository.full_name, "pull", request.number)
    return {
        "id": request.id,
        "node_id": node_id("PR", request.id),
        "number": request.number,
        "url": url,
        "repository_url": api_url(repository.full_name),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": html,
        "state": request.state,
        "state_reason": None,
        "title": request.title,
        "body": request.body,
        "user": simple_user(request.author),
        "labels": [label(repository, kept) for kept in request.labels],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": False,
        "comments": len(request.comments),
        "created_at": time_text(request.created_at),
        "updated_at": time_text(request.updated_at),
        "closed_at": time_text(request.closed_at),
        "author_association": association(repository, request.author),
        "pull_request": {
            "url": api_url(repository.full_name, "pulls", request.number),
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
        },
    }
