"""Refusals as GraphQL words them: a type and a message, in an answer that is 200 all the same."""

from __future__ import annotations

from graphql import GraphQLError

from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.shapes.basics import Document

_TYPES = {401: "FORBIDDEN", 403: "FORBIDDEN", 404: "NOT_FOUND"}


class UnresolvedError(RefusalError):
    """Something that was named and is not there; it leaves its own null in the data."""


def unresolved(message: str) -> UnresolvedError:
    """Refuse what cannot be found."""
    return UnresolvedError(404, message)


def unresolved_node(identifier: str) -> UnresolvedError:
    """Refuse an unknown global ID."""
    return unresolved(f"Could not resolve to a node with the global id of '{identifier}'")


def error_document(error: GraphQLError) -> Document:
    """Shape one error as GitHub does."""
    original = error.original_error
    locations = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    document: Document = {"message": error.message, "locations": locations}
    if error.path is not None:
        document["path"] = list(error.path)
    if isinstance(original, RefusalError):
        sentence = str(original.errors[0]) if original.errors else original.message
        document = {"type": _TYPES.get(original.status, "UNPROCESSABLE"), **document, "message": sentence}
    return document
