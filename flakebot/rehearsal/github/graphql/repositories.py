"""Repositories and refs as GraphQL shows them. Reads; never writes."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.graphql.commits import commit
from flakebot.rehearsal.github.graphql.connections import connection_of
from flakebot.rehearsal.github.graphql.errors import unresolved
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.graphql.pulls import pull, pull_state
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.permissions import read, require, role_of
from flakebot.rehearsal.github.shapes.basics import Document, node_id, web_url
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import MergeMethod
from flakebot.rehearsal.github.state.tokens import Permission


def repository(call: Call, kept: Repository) -> Document:
    """Shape a repository."""
    settings, parent = kept.settings, kept.parent
    return {
        "__typename": "Repository",
        "id": node_id("R", kept.id),
        "databaseId": kept.id,
        "name": kept.name,
        "nameWithOwner": str(kept.full_name),
        "owner": actor(kept.owner),
        "url": web_url(kept.full_name),
        "sshUrl": f"git@github.com:{kept.full_name}.git",
        "description": settings.description,
        "isPrivate": settings.is_private,
        "isFork": parent is not None,
        "isArchived": False,
        "hasIssuesEnabled": True,
        "hasWikiEnabled": False,
        "parent": lambda _info: None if parent is None else repository(call, parent),
        "defaultBranchRef": lambda _info: ref(call, kept, f"refs/heads/{kept.default_branch}"),
        "ref": lambda _info, **arguments: ref(call, kept, str(arguments["qualifiedName"])),
        "viewerPermission": role_of(call.token, kept).name,
        "mergeCommitAllowed": MergeMethod.MERGE in settings.merge_methods,
        "rebaseMergeAllowed": MergeMethod.REBASE in settings.merge_methods,
        "squashMergeAllowed": MergeMethod.SQUASH in settings.merge_methods,
        "autoMergeAllowed": settings.allows_auto_merge,
        "deleteBranchOnMerge": settings.deletes_merged_branches,
        "pullRequest": lambda _info, **arguments: _numbered(call, kept, arguments),
        "issueOrPullRequest": lambda _info, **arguments: _numbered(call, kept, arguments),
        "pullRequests": lambda _info, **arguments: _pulls(call, kept, arguments),
    }


def ref(call: Call, kept: Repository, name: str) -> Document | None:
    """Shape a ref by its full name; None when there is none."""
    found = kept.store.refs(name).get(name)
    if found is None:
        return None
    return {
        "id": node_id("REF", int(found[:12], 16)),
        "name": name.removeprefix("refs/heads/"),
        "prefix": "refs/heads/",
        "target": commit(call, kept, Sha(found)),
    }


def _numbered(call: Call, kept: Repository, arguments: Document) -> Document:
    require(call.token, kept, read(Permission.PULL_REQUESTS))
    number = arguments["number"]
    found = kept.pulls.get(number) if isinstance(number, int) else None
    if found is None:
        raise unresolved(f"Could not resolve to a PullRequest with the number of {number}.")
    return placed_pull(call, kept, found)


def _pulls(call: Call, kept: Repository, arguments: Document) -> Document:
    require(call.token, kept, read(Permission.PULL_REQUESTS))
    states, head, base = (arguments.get(name) for name in ("states", "headRefName", "baseRefName"))
    found = [
        request
        for request in kept.pulls.values()
        if (not isinstance(states, list) or pull_state(request) in states)
        and head in {None, "", request.head_branch}
        and base in {None, "", request.base_branch}
    ]
    match arguments.get("orderBy"):
        case {"direction": "DESC"}:
            found.reverse()
        case _:
            pass
    return connection_of(found, lambda request: placed_pull(call, kept, request), arguments)


def placed_pull(call: Call, kept: Repository, request: PullRequest) -> Document:
    """Shape a pull request with the repositories and refs around it."""
    return {
        **pull(call, kept, request),
        "repository": lambda _info: repository(call, kept),
        "baseRepository": lambda _info: repository(call, kept),
        "headRepository": lambda _info: repository(call, request.head_repository),
        "baseRef": lambda _info: ref(call, kept, f"refs/heads/{request.base_branch}"),
        "headRef": lambda _info: ref(call, request.head_repository, f"refs/heads/{request.head_branch}"),
    }
