"""Finding a thing by its global ID. What the token may not see does not exist."""

from __future__ import annotations

from flakebot.rehearsal.github.graphql.errors import unresolved_node
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.permissions import role_of
from flakebot.rehearsal.github.shapes.basics import number_of
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Role


def pull_of_node(call: Call, identifier: str) -> tuple[Repository, PullRequest]:
    """Return a pull request and where it is. Raises `RefusalError` for an unknown ID."""
    number = number_of(identifier, "PR")
    for repository in call.hub.world.repositories.values():
        for request in repository.pulls.values():
            if request.id == number and role_of(call.token, repository) > Role.NONE:
                return repository, request
    raise unresolved_node(identifier)
