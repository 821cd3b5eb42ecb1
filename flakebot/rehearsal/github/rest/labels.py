"""Labels: a pull request's own, and those of the repository. Unknown ones are made when they are put on."""

from __future__ import annotations

from pydantic import model_validator

from flakebot.rehearsal.github.http.answers import Answer, answer, created
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read, write
from flakebot.rehearsal.github.refusals import RefusalError, custom, not_found, validation_failed
from flakebot.rehearsal.github.shapes.pulls import label
from flakebot.rehearsal.github.state.pulls import Label
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission

NAME_LIMIT = 50


class Labels(Input):
    """Names of labels; a bare list is taken as well."""

    labels: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _accept_a_list(cls, value: object) -> object:
        return {"labels": value} if isinstance(value, list) else value


class NewLabel(Input):
    """A label of the repository."""

    name: str
    color: str = "ededed"
    description: str | None = None


def list_pull_labels(call: Call) -> Answer:
    """List the labels of a pull request."""
    page = page_of(call, call.pull.labels)
    return answer([label(call.repository, kept) for kept in page.items], headers=page.headers)


def add_pull_labels(call: Call) -> Answer:
    """Add labels; unknown ones are made."""
    for name in call.input(Labels).labels:
        kept = call.repository.label(name) or _make_label(call, NewLabel(name=name))
        if kept not in call.pull.labels:
            call.pull.labels.append(kept)
    return answer([label(call.repository, kept) for kept in call.pull.labels])


def set_pull_labels(call: Call) -> Answer:
    """Replace the labels."""
    call.pull.labels.clear()
    return add_pull_labels(call)


def remove_pull_label(call: Call) -> Answer:
    """Take a label off."""
    kept = call.repository.label(call.path["name"])
    if kept is None or kept not in call.pull.labels:
        raise RefusalError(404, "Label does not exist")
    call.pull.labels.remove(kept)
    return answer([label(call.repository, other) for other in call.pull.labels])


def list_labels(call: Call) -> Answer:
    """List the labels of the repository."""
    page = page_of(call, call.repository.labels)
    return answer([label(call.repository, kept) for kept in page.items], headers=page.headers)


def show_label(call: Call) -> Answer:
    """Answer one label of the repository."""
    kept = call.repository.label(call.path["name"])
    if kept is None:
        raise not_found()
    return answer(label(call.repository, kept))


def create_label(call: Call) -> Answer:
    """Make a label."""
    wanted = call.input(NewLabel)
    if call.repository.label(wanted.name):
        raise validation_failed({"resource": "Label", "code": "already_exists", "field": "name"})
    return created(label(call.repository, _make_label(call, wanted)))


def _make_label(call: Call, wanted: NewLabel) -> Label:
    if len(wanted.name) > NAME_LIMIT:
        raise validation_failed(custom("Label", f"name is too long (maximum is {NAME_LIMIT} characters)"))
    kept = Label(id=call.hub.world.next_id(), name=wanted.name, color=wanted.color, description=wanted.description)
    call.repository.labels.append(kept)
    return kept


_BOTH = (Permission.ISSUES, Permission.PULL_REQUESTS)
_READ = read(*_BOTH)
_LABEL = write(*_BOTH, role=Role.TRIAGE)
ENDPOINTS = (
    in_repository("GET", "/issues/{number:int}/labels", list_pull_labels, _READ),
    in_repository("POST", "/issues/{number:int}/labels", add_pull_labels, _LABEL),
    in_repository("PUT", "/issues/{number:int}/labels", set_pull_labels, _LABEL),
    in_repository("DELETE", "/issues/{number:int}/labels/{name}", remove_pull_label, _LABEL),
    in_repository("GET", "/labels", list_labels, _READ),
    in_repository("POST", "/labels", create_label, _LABEL),
    in_repository("GET", "/labels/{name}", show_label, _READ),
)
