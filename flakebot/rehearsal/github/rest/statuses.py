"""Commit statuses: posted, listed, combined."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer, created
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read, write
from flakebot.rehearsal.github.refusals import custom, validation_failed
from flakebot.rehearsal.github.shapes.checks import combined_status, status_with_creator
from flakebot.rehearsal.github.state.checks import Status, StatusState
from flakebot.rehearsal.github.state.tokens import Permission
from flakebot.rehearsal.github.state.world import present

DESCRIPTION_LIMIT = 140


class NewStatus(Input):
    """A status to post."""

    state: str
    context: str = "default"
    description: str | None = None
    target_url: str | None = None


def create_status(call: Call) -> Answer:
    """Post a status on a commit, given by its full sha."""
    wanted = call.input(NewStatus)
    sha = call.commit(call.path["sha"])
    _refuse(wanted)
    status = Status(
        id=call.hub.world.next_id(),
        sha=sha,
        context=wanted.context,
        state=StatusState(wanted.state),
        description=wanted.description,
        target_url=wanted.target_url,
        creator=call.account,
        app_id=None if call.token is None else call.token.app_id,
        created_at=present(),
    )
    call.repository.statuses.append(status)
    return created(status_with_creator(call.repository, status))


def _refuse(wanted: NewStatus) -> None:
    if wanted.state not in set(StatusState):
        raise validation_failed(
            {"resource": "Status", "code": "custom", "field": "state", "message": "state is not included in the list"}
        )
    if wanted.description is not None and len(wanted.description) > DESCRIPTION_LIMIT:
        words = f"description is too long (maximum is {DESCRIPTION_LIMIT} characters)"
        raise validation_failed(custom("Status", words) | {"field": "description"})


def show_combined(call: Call) -> Answer:
    """Answer the combined status of a revision: the latest of each context."""
    sha = call.commit(call.path["ref"])
    statuses = call.repository.latest_statuses(sha)
    page = page_of(call, statuses)
    return answer(combined_status(call.repository, sha, statuses, page.items), headers=page.headers)


def list_statuses(call: Call) -> Answer:
    """List all statuses of a revision, newest first."""
    sha = call.commit(call.path["ref"])
    found = [status for status in reversed(call.repository.statuses) if status.sha == sha]
    page = page_of(call, found)
    return answer([status_with_creator(call.repository, status) for status in page.items], headers=page.headers)


_READ = read(Permission.STATUSES)
ENDPOINTS = (
    in_repository("POST", "/statuses/{sha}", create_status, write(Permission.STATUSES)),
    in_repository("GET", "/commits/{ref:path}/status", show_combined, _READ),
    in_repository("GET", "/commits/{ref:path}/statuses", list_statuses, _READ),
    in_repository("GET", "/statuses/{ref:path}", list_statuses, _READ),
)
