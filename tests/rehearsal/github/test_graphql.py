"""GraphQL answers from the schema, and refuses in GitHub's way: 200, with typed errors."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from flakebot.rehearsal.github import Level, Permission, Settings
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.place import Place


class PageInfo(BaseModel):
    is_followed: bool = Field(alias="hasNextPage")
    end: str = Field(alias="endCursor")


class Node(BaseModel):
    name: str


class Labels(BaseModel):
    total: int = Field(alias="totalCount")
    nodes: list[Node]
    page: PageInfo = Field(alias="pageInfo")


REPOSITORY_QUERY = 'query { repository(owner: "owner", name: "config") { %s } }'


def test_nobody_asks_without_a_token(connect: Connect) -> None:
    assert connect().post("/graphql", {"query": "{ viewer { login } }"}).status_code == 401


def test_what_is_hidden_cannot_be_resolved(place: Place, connect: Connect) -> None:
    place.config.state.settings = Settings(is_private=True)
    visitor = connect(place.token(place.visitor))
    answered = visitor.post("/graphql", {"query": REPOSITORY_QUERY % "id"}).json()
    (error,) = answered["errors"]
    assert (answered["data"], error["type"], error["path"]) == ({"repository": None}, "NOT_FOUND", ["repository"])
    assert error["message"] == "Could not resolve to a Repository with the name 'owner/config'."


def test_a_missing_permission_is_forbidden(place: Place, connect: Connect) -> None:
    narrow = connect(place.github.issue_token(place.author, permissions={Permission.CONTENTS: Level.WRITE}))
    answered = narrow.post("/graphql", {"query": REPOSITORY_QUERY % "pullRequests(first: 1) { totalCount }"}).json()
    (error,) = answered["errors"]
    assert (error["type"], error["message"]) == ("FORBIDDEN", "Resource not accessible by personal access token")


def test_a_field_that_does_not_exist_is_named(author: Client) -> None:
    answered = author.post("/graphql", {"query": "{ viewer { shoeSize } }"}).json()
    assert "shoeSize" in answered["errors"][0]["message"]


def test_connections_are_paged(author: Client, proposed: str) -> None:
    for name in ("a", "b", "c"):
        author.post(f"{proposed.replace('pulls', 'issues')}/labels", {"labels": [name]})
    query = REPOSITORY_QUERY % (
        "pullRequest(number: 1) { labels(first: 2%s) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } }"
    )
    first = Labels.model_validate(_labels(author, query % ""))
    assert ([node.name for node in first.nodes], first.total, first.page.is_followed) == (["a", "b"], 3, True)
    rest = Labels.model_validate(_labels(author, query % f', after: "{first.page.end}"'))
    assert ([node.name for node in rest.nodes], rest.page.is_followed) == (["c"], False)


def _labels(client: Client, query: str) -> object:
    return client.post("/graphql", {"query": query}).json()["data"]["repository"]["pullRequest"]["labels"]


@pytest.mark.parametrize("identifier", ["PR_nonsense", "PR_UFI6MQ", "", "U_VToxMDAz"])
def test_an_unknown_node_cannot_be_resolved(author: Client, identifier: str) -> None:
    answered = author.post(
        "/graphql", {"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": identifier}}
    ).json()
    assert answered["errors"][0]["message"] == f"Could not resolve to a node with the global id of '{identifier}'"
