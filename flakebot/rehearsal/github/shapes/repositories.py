"""Repositories in GitHub's shapes. Pure."""

from __future__ import annotations

from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id, time_text, web_url
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import MergeMethod, Role

_LINKS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}
_COUNTS = ("forks_count", "stargazers_count", "watchers_count", "size", "forks", "watchers")
_FEATURES = ("has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads", "archived", "disabled")


def minimal_repository(repository: Repository) -> Document:
    """Shape a repository as it stands inside other answers."""
    name = repository.full_name
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": name.name,
        "full_name": str(name),
        "private": repository.settings.is_private,
        "owner": simple_user(repository.owner),
        "html_url": web_url(name),
        "description": repository.settings.description,
        "fork": repository.parent is not None,
        "url": api_url(name),
        **{key: api_url(name, path) for key, path in _LINKS.items()},
    }


def whole_repository(repository: Repository) -> Document:
    """Shape a repository as the base or head of a pull request."""
    name = repository.full_name
    waiting = len(repository.open_pulls())
    return {
        **minimal_repository(repository),
        "git_url": f"git://github.com/{name}.git",
        "ssh_url": f"git@github.com:{name}.git",
        "clone_url": f"{web_url(name)}.git",
        "svn_url": web_url(name),
        "mirror_url": None,
        "homepage": None,
        "language": "Nix",
        "license": None,
        "default_branch": repository.default_branch,
        "visibility": "private" if repository.settings.is_private else "public",
        "has_issues": True,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        **dict.fromkeys(_COUNTS, 0),
        **dict.fromkeys(_FEATURES, False),
        "open_issues_count": waiting,
        "open_issues": waiting,
        "created_at": time_text(repository.created_at),
        "updated_at": time_text(repository.pushed_at),
        "pushed_at": time_text(repository.pushed_at),
    }


def full_repository(repository: Repository, role: Role) -> Document:
    """Shape a repository as it is shown on its own, with what the asking account may do."""
    return {
        **whole_repository(repository),
        "permissions": permissions(role),
        "network_count": 0,
        "subscribers_count": 0,
        **({} if role < Role.WRITE else _merge_settings(repository)),
        **({} if repository.parent is None else _family(repository.parent)),
    }


def _merge_settings(repository: Repository) -> Document:
    settings = repository.settings
    return {
        "allow_merge_commit": MergeMethod.MERGE in settings.merge_methods,
        "allow_squash_merge": MergeMethod.SQUASH in settings.merge_methods,
        "allow_rebase_merge": MergeMethod.REBASE in settings.merge_methods,
        "allow_auto_merge": settings.allows_auto_merge,
        "delete_branch_on_merge": settings.deletes_merged_branches,
        "allow_update_branch": False,
    }


def _family(parent: Repository) -> Document:
    source = parent if parent.parent is None else parent.parent
    return {"parent": whole_repository(parent), "source": whole_repository(source)}


def permissions(role: Role) -> Document:
    """Shape a role as GitHub's five booleans."""
    return {
        "admin": role >= Role.ADMIN,
        "maintain": role >= Role.MAINTAIN,
        "push": role >= Role.WRITE,
        "triage": role >= Role.TRIAGE,
        "pull": role >= Role.READ,
    }
