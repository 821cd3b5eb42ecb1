"""Running a GraphQL document against the schema, for one request."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graphql import GraphQLSchema, build_schema, graphql_sync

from flakebot.rehearsal.github.graphql.errors import error_document, unresolved
from flakebot.rehearsal.github.graphql.mutations import mutations
from flakebot.rehearsal.github.graphql.nodes import pull_of_node
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.graphql.repositories import placed_pull, repository
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.permissions import read, require, role_of
from flakebot.rehearsal.github.shapes.basics import Document
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission


def execute(call: Call, query: str, variables: Document, operation: str | None) -> Document:
    """Return the answer's document: the data, and errors when there are any."""
    result = graphql_sync(_schema(), query, root_value=_root(call), variable_values=variables, operation_name=operation)
    errors = [error_document(error) for error in result.errors or ()]
    return {"data": result.data, **({"errors": errors} if errors else {})}


@cache
def _schema() -> GraphQLSchema:
    return build_schema((files(__package__) / "schema.graphql").read_text(encoding="utf-8"))


def _root(call: Call) -> Document:
    return {
        "viewer": lambda _info: actor(call.account),
        "user": lambda _info, **arguments: _user(call, str(arguments["login"])),
        "repository": lambda _info, **arguments: _repository(call, str(arguments["owner"]), str(arguments["name"])),
        "node": lambda _info, **arguments: _node(call, str(arguments["id"])),
        "rateLimit": None,
        **mutations(call),
    }


def _user(call: Call, login: str) -> Document:
    account = call.hub.world.account(login)
    if account is None:
        raise unresolved(f"Could not resolve to a User with the login of '{login}'.")
    return actor(account)


def _repository(call: Call, owner: str, name: str) -> Document:
    found = call.hub.world.repository(owner, name)
    if found is None or role_of(call.token, found) is Role.NONE:
        raise unresolved(f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    require(call.token, found, read(Permission.METADATA))
    return repository(call, found)


def _node(call: Call, identifier: str) -> Document:
    """Resolve the only kind of node that clients look up: a pull request."""
    found, request = pull_of_node(call, identifier)
    require(call.token, found, read(Permission.PULL_REQUESTS))
    return placed_pull(call, found, request)
