"""Commits, files and comparisons in GitHub's shapes. Asks the verifier; changes nothing."""

from __future__ import annotations

from urllib.parse import quote

from flakebot.model import RepositoryName, Sha
from flakebot.rehearsal.github.git.changes import FileChange
from flakebot.rehearsal.github.git.commits import CommitObject, Stamp
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id, time_text, web_url
from flakebot.rehearsal.github.signing.verification import Reason
from flakebot.rehearsal.github.state.repositories import Repository


def commit_node(sha: str) -> str:
    """Build a commit's global ID."""
    return node_id("C", int(sha[:12], 16))


def verification(hub: Hub, commit: CommitObject) -> Document:
    """Shape what GitHub thinks of a commit's signature."""
    reason = hub.verifier.reason(commit)
    is_verified = reason is Reason.VALID
    return {
        "verified": is_verified,
        "reason": reason.value,
        "signature": commit.signature,
        "payload": None if commit.signature is None else commit.payload.decode(errors="replace"),
        "verified_at": time_text(commit.committer.when) if is_verified else None,
    }


def commit(hub: Hub, repository: Repository, sha: Sha) -> Document:
    """Shape a commit as lists hold it."""
    found, name = repository.store.commit(sha), repository.full_name
    url = api_url(name, "commits", sha)
    return {
        "sha": sha,
        "node_id": commit_node(sha),
        "commit": {
            "author": _stamp(found.author),
            "committer": _stamp(found.committer),
            "message": found.message.rstrip("\n"),
            "tree": _tree(name, found),
            "url": api_url(name, "git/commits", sha),
            "comment_count": 0,
            "verification": verification(hub, found),
        },
        "url": url,
        "html_url": web_url(name, "commit", sha),
        "comments_url": f"{url}/comments",
        "author": _account(hub, found.author),
        "committer": _account(hub, found.committer),
        "parents": [_parent(name, parent) for parent in found.parents],
    }


def commit_with_files(hub: Hub, repository: Repository, sha: Sha, changes: tuple[FileChange, ...]) -> Document:
    """Shape a commit as it is shown on its own; ``changes`` are against its first parent."""
    added, deleted = sum(change.additions for change in changes), sum(change.deletions for change in changes)
    return {
        **commit(hub, repository, sha),
        "stats": {"total": added + deleted, "additions": added, "deletions": deleted},
        "files": [file(repository.full_name, sha, change) for change in changes],
    }


def git_commit(hub: Hub, repository: Repository, sha: Sha) -> Document:
    """Shape a commit as the git database shows it: no accounts, no files."""
    found, name = repository.store.commit(sha), repository.full_name
    return {
        "sha": sha,
        "node_id": commit_node(sha),
        "url": api_url(name, "git/commits", sha),
        "html_url": web_url(name, "commit", sha),
        "author": _stamp(found.author),
        "committer": _stamp(found.committer),
        "tree": _tree(name, found),
        "message": found.message.rstrip("\n"),
        "parents": [_parent(name, parent) | {"url": api_url(name, "git/commits", parent)} for parent in found.parents],
        "verification": verification(hub, found),
    }


def file(name: RepositoryName, sha: Sha, change: FileChange) -> Document:
    """Shape one file's difference."""
    path = quote(change.path)
    return {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": web_url(name, "blob", sha, path),
        "raw_url": web_url(name, "raw", sha, path),
        "contents_url": f"{api_url(name, 'contents', path)}?ref={sha}",
        **({} if change.patch is None else {"patch": change.patch}),
        **({} if change.previous is None else {"previous_filename": change.previous}),
    }


def _stamp(stamp: Stamp) -> Document:
    return {"name": stamp.name, "email": stamp.email, "date": time_text(stamp.when)}


def _account(hub: Hub, stamp: Stamp) -> Document | None:
    account = hub.world.account_of_email(stamp.email)
    return None if account is None else simple_user(account)


def _tree(name: RepositoryName, found: CommitObject) -> Document:
    return {"sha": found.tree, "url": api_url(name, "git/trees", found.tree)}


def _parent(name: RepositoryName, sha: Sha) -> Document:
    return {"sha": sha, "url": api_url(name, "commits", sha), "html_url": web_url(name, "commit", sha)}
