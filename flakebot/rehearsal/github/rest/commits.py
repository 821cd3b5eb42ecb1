"""Commits: one, many, and the git database's view. Never writes."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.refusals import not_found
from flakebot.rehearsal.github.shapes.commits import commit, commit_with_files, git_commit
from flakebot.rehearsal.github.state.tokens import Permission

EMPTY_TREE = Sha("4b825dc642cb6eb9a060e54bf8d69288fbee4904")
SHA_TYPE = "application/vnd.github.sha"


def show_commit(call: Call) -> Answer:
    """Answer one commit with its files, or only its sha when the client accepts just that."""
    sha = call.commit(call.path["ref"])
    if SHA_TYPE in call.headers.get("accept", "") or "VERSION.sha" in call.headers.get("accept", ""):
        return Answer(body=sha.encode(), headers={"content-type": f"{SHA_TYPE}; charset=utf-8"})
    parents = call.repository.store.commit(sha).parents
    changes = call.repository.store.changes(parents[0] if parents else EMPTY_TREE, sha)
    page = page_of(call, changes)
    return answer(commit_with_files(call.hub, call.repository, sha, changes), headers=page.headers)


def list_commits(call: Call) -> Answer:
    """List the commits that lead to a revision, newest first: those of one path, or up to a time, when asked."""
    start = call.commit(call.query.get("sha") or call.repository.default_branch)
    until = (f"--until={call.query['until']}",) if "until" in call.query else ()
    history = call.repository.store.history(start, *until, path=call.query.get("path"))
    page = page_of(call, history)
    return answer([commit(call.hub, call.repository, sha) for sha in page.items], headers=page.headers)


def show_git_commit(call: Call) -> Answer:
    """Answer a commit of the git database."""
    sha = call.repository.store.resolve(call.path["sha"])
    if sha is None:
        raise not_found()
    return answer(git_commit(call.hub, call.repository, sha))


ENDPOINTS = (
    in_repository("GET", "/commits", list_commits, read(Permission.CONTENTS)),
    in_repository("GET", "/git/commits/{sha}", show_git_commit, read(Permission.CONTENTS)),
    in_repository("GET", "/commits/{ref:path}", show_commit, read(Permission.CONTENTS)),
)
"""To be matched after everything longer below ``/commits/``: a ref may hold slashes."""
