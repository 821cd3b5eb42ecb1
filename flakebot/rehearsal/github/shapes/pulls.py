"""Pull requests and labels in GitHub's shapes. Reads git; changes nothing."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.repositories import whole_repository
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.pulls import AutoMerge, Label, PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role


def association(repository: Repository, account: Account) -> str:
    """Return GitHub's word for what an account is to a repository."""
    if account is repository.owner:
        return "OWNER"
    return "COLLABORATOR" if repository.role(account) > Role.READ else "NONE"


def pull(repository: Repository, request: PullRequest) -> Document:
    """Shape a pull request as lists hold it."""
    links = _links(repository, request)
    return {
        "id": request.id,
        "node_id": node_id("PR", request.id),
        "number": request.number,
        "url": links["self"],
        "html_url": links["html"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "issue_url": links["issue"],
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "state": request.state,
        "locked": False,
        "title": request.title,
        "user": simple_user(request.author),
        "body": request.body,
        "labels": [label(repository, kept) for kept in request.labels],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [simple_user(account) for account in request.requested_reviewers],
        "requested_teams": [],
        "draft": request.is_draft,
        "created_at": time_text(request.created_at),
        "updated_at": time_text(request.updated_at),
        "closed_at": time_text(request.closed_at),
        "merged_at": None if request.merge is None else time_text(request.merge.at),
        "merge_commit_sha": request.merge_commit,
        "head": _end(request.head_repository, request.head_branch, request.head_sha),
        "base": _end(repository, request.base_branch, request.base_sha),
        "author_association": association(repository, request.author),
        "auto_merge": _auto_merge(request.auto_merge),
        "active_lock_reason": None,
        "_links": {key: {"href": href} for key, href in links.items()},
    }


def _links(repository: Repository, request: PullRequest) -> dict[str, str]:
    name, number = repository.full_name, request.number
    return {
        "self": api_url(name, "pulls", number),
        "html": web_url(name, "pull", number),
        "issue": api_url(name, "issues", number),
        "comments": api_url(name, "issues", number, "comments"),
        "review_comments": api_url(name, "pulls", number, "comments"),
        "review_comment": api_url(name, "pulls/comments{/number}"),
        "commits": api_url(name, "pulls", number, "commits"),
        "statuses": api_url(name, "statuses", request.head_sha),
    }


def _end(repository: Repository, branch: str, sha: Sha) -> Document:
    return {
        "label": f"{repository.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": simple_user(repository.owner),
        "repo": whole_repository(repository),
    }


def _auto_merge(standing: AutoMerge | None) -> Document | None:
    if standing is None:
        return None
    return {
        "enabled_by": simple_user(standing.enabled_by),
        "merge_method": standing.method.value,
        "commit_title": standing.title,
        "commit_message": standing.message,
    }


def full_pull(
    repository: Repository, request: PullRequest, *, mergeable: bool | None, mergeable_state: str
) -> Document:
    """Shape a pull request as it is shown on its own."""
    store = repository.store
    changes = store.changes(request.fork_point, request.head_sha)
    return {
        **pull(repository, request),
        "merged": request.merge is not None,
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": mergeable_state,
        "merged_by": None if request.merge is None else simple_user(request.merge.by),
        "comments": len(request.comments),
        "review_comments": 0,
        "maintainer_can_modify": request.maintainer_can_modify,
        "commits": len(store.history(request.head_sha, f"^{request.fork_point}")),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def label(repository: Repository, kept: Label) -> Document:
    """Shape a label."""
    return {
        "id": kept.id,
        "node_id": node_id("LA", kept.id),
        "url": api_url(repository.full_name, "labels", kept.name),
        "name": kept.name,
        "color": kept.color,
        "default": False,
        "description": kept.description,
        "archived_at": None,
        "archived_by": None,
    }
