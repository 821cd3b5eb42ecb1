"""Pull requests: opened, listed, shown, changed, and what they contain. Merged and reviewed elsewhere."""

from __future__ import annotations

import re

from flakebot.model import Branch
from flakebot.rehearsal.github.events.pulls import Proposal, checked_body, close_pull, open_pull, reopen_pull
from flakebot.rehearsal.github.http.answers import Answer, answer, created
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read, role_of, write
from flakebot.rehearsal.github.refusals import RefusalError, custom, invalid, not_found, validation_failed
from flakebot.rehearsal.github.rest.mergeability import shown_mergeability
from flakebot.rehearsal.github.shapes.basics import Document
from flakebot.rehearsal.github.shapes.commits import commit, file
from flakebot.rehearsal.github.shapes.pulls import full_pull, pull
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission
from flakebot.rehearsal.github.state.world import ACTIONS_LOGIN, present

COMMITS_LIMIT = 250
FILES_LIMIT = 3000
DIFF_TYPE = re.compile(r"application/vnd\.github\.(v3\.)?diff(; charset=utf-8)?")


class NewPull(Input):
    """A pull request to open."""

    title: str
    head: str
    base: str
    body: str | None = None
    draft: bool = False
    head_repo: str | None = None


class ChangedPull(Input):
    """What to change of a pull request."""

    title: str | None = None
    body: str | None = None
    state: str | None = None
    base: str | None = None


def create_pull(call: Call) -> Answer:
    """Open a pull request; it takes a branch that the account may push to."""
    wanted = call.input(NewPull)
    _refuse_actions(call)
    head_repository, branch = _head(call, wanted.head, wanted.head_repo)
    if role_of(call.token, head_repository) < Role.WRITE:
        raise validation_failed(custom("PullRequest", "must be a collaborator") | {"field": "fork_collab"})
    proposal = Proposal(
        author=call.account,
        title=wanted.title,
        body=wanted.body,
        base=Branch(wanted.base),
        head_repository=head_repository,
        head=branch,
        is_draft=wanted.draft,
    )
    return created(_whole(call, open_pull(call.hub, call.repository, proposal)))


def _refuse_actions(call: Call) -> None:
    if call.account.login == ACTIONS_LOGIN and not call.repository.settings.actions_may_approve:
        raise RefusalError(403, "GitHub Actions is not permitted to create or approve pull requests.")


def _head(call: Call, name: str, repository_name: str | None) -> tuple[Repository, Branch]:
    """Read ``branch`` or ``owner:branch``; the owner's fork, or the repository itself."""
    owner, separator, branch = name.rpartition(":")
    if not separator or owner.lower() == call.repository.owner.login.lower():
        return call.repository, Branch(branch)
    forks = call.hub.world.repositories.values()
    for found in forks:
        is_named = found.owner.login.lower() == owner.lower() and repository_name in {None, found.name}
        if found.parent is call.repository and is_named:
            return found, Branch(branch)
    raise validation_failed(invalid("PullRequest", "head"))


def list_pulls(call: Call) -> Answer:
    """List pull requests, newest first, by state, head (``owner:branch``) and base."""
    found = [request for request in reversed(call.repository.pulls.values()) if _is_wanted(call, request)]
    if call.query.get("direction") == "asc":
        found.reverse()
    page = page_of(call, found)
    return answer([pull(call.repository, request) for request in page.items], headers=page.headers)


def _is_wanted(call: Call, request: PullRequest) -> bool:
    state, head, base = (call.query.get(name) for name in ("state", "head", "base"))
    if state not in {"all", request.state} and (state or "open") != request.state:
        return False
    label = f"{request.head_repository.owner.login}:{request.head_branch}"
    names = {label.lower(), request.head_branch.lower()} if head and ":" not in head else {label.lower()}
    return (not head or head.lower() in names) and base in {None, "", request.base_branch}


def show_pull(call: Call) -> Answer:
    """Answer a pull request, or its diff; ``mergeable`` is null the first time after something moved."""
    if DIFF_TYPE.fullmatch(call.headers.get("accept", "")):
        body = call.repository.store.diff(call.pull.fork_point, call.pull.head_sha)
        return Answer(body=body, headers={"content-type": "application/vnd.github.diff; charset=utf-8"})
    return answer(_whole(call, call.pull))


def change_pull(call: Call) -> Answer:
    """Change title, body or base, close or reopen."""
    wanted, request = call.input(ChangedPull), call.pull
    if role_of(call.token, call.repository) < Role.TRIAGE and request.author is not call.account:
        raise not_found()
    if "body" in wanted.model_fields_set:
        request.body = checked_body(wanted.body)
    request.title = wanted.title or request.title
    request.base_branch = Branch(wanted.base) if wanted.base else request.base_branch
    request.updated_at = present()
    if wanted.state == "closed" and request.is_open:
        close_pull(request)
    if wanted.state == "open" and not request.is_open:
        reopen_pull(call.hub, call.repository, request)
    return answer(_whole(call, request))


def list_files(call: Call) -> Answer:
    """List the changed files, 3,000 at most."""
    request, name = call.pull, call.repository.full_name
    page = page_of(call, call.repository.store.changes(request.fork_point, request.head_sha)[:FILES_LIMIT])
    return answer([file(name, request.head_sha, change) for change in page.items], headers=page.headers)


def list_commits(call: Call) -> Answer:
    """List the commits, oldest first, 250 at most."""
    request, store = call.pull, call.repository.store
    commits = tuple(reversed(store.history(request.head_sha, f"^{request.fork_point}")))[:COMMITS_LIMIT]
    page = page_of(call, commits)
    return answer([commit(call.hub, call.repository, sha) for sha in page.items], headers=page.headers)


def _whole(call: Call, request: PullRequest) -> Document:
    mergeable, state = shown_mergeability(call.hub, call.repository, request)
    return full_pull(call.repository, request, mergeable=mergeable, mergeable_state=state)


ENDPOINTS = (
    in_repository("GET", "/pulls", list_pulls, read(Permission.PULL_REQUESTS)),
    in_repository("POST", "/pulls", create_pull, write(Permission.PULL_REQUESTS, role=Role.READ)),
    in_repository("GET", "/pulls/{number:int}", show_pull, read(Permission.PULL_REQUESTS)),
    in_repository("PATCH", "/pulls/{number:int}", change_pull, write(Permission.PULL_REQUESTS, role=Role.READ)),
    in_repository("GET", "/pulls/{number:int}/files", list_files, read(Permission.PULL_REQUESTS)),
    in_repository("GET", "/pulls/{number:int}/commits", list_commits, read(Permission.PULL_REQUESTS)),
)
