"""The one address of the GraphQL API. The library behind it is loaded with the first request."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import elsewhere
from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.shapes.basics import Document


class GraphqlRequest(Input):
    """A document with its variables."""

    query: str
    variables: dict[str, object] | None = None
    operationName: str | None = None  # noqa: N815 - GraphQL's name for it


def answer_graphql(call: Call) -> Answer:
    """Run a document; what it could not do stands in ``errors``, and the status is 200 all the same."""
    if call.token is None:
        raise RefusalError(401, "This endpoint requires you to be authenticated.")
    from flakebot.rehearsal.github.graphql.execution import execute  # noqa: PLC0415 - 0.1 s, which most never need

    wanted = call.input(GraphqlRequest)
    variables: Document = dict(wanted.variables or {})
    return answer(execute(call, wanted.query, variables, wanted.operationName))


ENDPOINTS = (elsewhere("POST", "/graphql", answer_graphql),)
