"""Which permission each call needs: the table of GitHub's documentation, call by call."""

from __future__ import annotations

import pytest

from flakebot.rehearsal.github import Level, Permission, Settings, TokenKind
from tests.rehearsal.github.client import Connect
from tests.rehearsal.github.place import NAME, REPOSITORY, Place

READ, WRITE = Level.READ, Level.WRITE
PULLS, CONTENTS = Permission.PULL_REQUESTS, Permission.CONTENTS
CALLS = [
    ("GET", "", {}, Permission.METADATA, READ),
    ("GET", "/rules/branches/main", {}, Permission.METADATA, READ),
    ("GET", "/collaborators/author/permission", {}, Permission.METADATA, READ),
    ("GET", "/branches/main", {}, CONTENTS, READ),
    ("GET", "/commits/main", {}, CONTENTS, READ),
    ("GET", "/compare/main...update", {}, CONTENTS, READ),
    ("GET", "/codeowners/errors", {}, CONTENTS, READ),
    ("GET", "/contents/flake.lock", {}, CONTENTS, READ),
    ("GET", "/pulls", {}, PULLS, READ),
    ("GET", "/pulls/1", {}, PULLS, READ),
    ("GET", "/pulls/1/files", {}, PULLS, READ),
    ("GET", "/pulls/1/reviews", {}, PULLS, READ),
    ("POST", "/pulls/1/reviews", {"event": "COMMENT", "body": "x"}, PULLS, WRITE),
    ("PATCH", "/pulls/1", {"title": "x"}, PULLS, WRITE),
    ("POST", "/issues/1/comments", {"body": "x"}, PULLS, WRITE),
    ("POST", "/issues/1/comments", {"body": "x"}, Permission.ISSUES, WRITE),
    ("POST", "/issues/1/labels", {"labels": ["x"]}, PULLS, WRITE),
    ("GET", "/commits/main/status", {}, Permission.STATUSES, READ),
    ("POST", "/statuses/{head}", {"state": "success"}, Permission.STATUSES, WRITE),
    ("GET", "/commits/main/check-runs", {}, Permission.CHECKS, READ),
    ("PUT", "/pulls/1/merge", {}, CONTENTS, WRITE),
    ("DELETE", "/git/refs/heads/update", {}, CONTENTS, WRITE),
]
IMPLIED = {(Permission.METADATA, READ)}


@pytest.mark.parametrize(("method", "path", "body", "permission", "level"), CALLS)
def test_a_call_needs_its_permission(
    place: Place,
    connect: Connect,
    proposed: str,
    method: str,
    path: str,
    body: dict[str, object],
    permission: Permission,
    level: Level,
) -> None:
    address = REPOSITORY + path.format(head=place.config.head("update"))
    one_less = {permission: Level(level - 1)}
    for kind, words in (
        (TokenKind.FINE_GRAINED, "Resource not accessible by personal access token"),
        (TokenKind.INSTALLATION, "Resource not accessible by integration"),
    ):
        token = place.github.issue_token(place.reviewer, kind=kind, permissions=one_less, repositories=(NAME,))
        refused = connect(token).ask(method, address, body)
        if (permission, level) not in IMPLIED:
            assert (refused.status_code, refused.json()["message"]) == (403, words)
    enough = place.github.issue_token(
        place.reviewer, kind=TokenKind.INSTALLATION, permissions={permission: level}, repositories=(NAME,)
    )
    allowed = connect(enough).ask(method, address, body)
    assert allowed.status_code < 300, allowed.text
    assert f"{permission.value}={level.word}" in allowed.headers["x-accepted-github-permissions"]
    assert proposed


def test_a_fine_grained_token_never_reads_check_runs(place: Place, connect: Connect) -> None:
    token = place.github.issue_token(place.author, permissions=dict.fromkeys(Permission, Level.WRITE))
    refused = connect(token).get(f"{REPOSITORY}/commits/main/check-runs")
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by personal access token")


def test_a_token_reaches_no_further_than_its_repositories(place: Place, connect: Connect, proposed: str) -> None:
    other = place.github.add_repository("owner/other", collaborators=place.config.state.collaborators)
    other.commit({"a": "b"})
    token = place.github.issue_token(
        place.author, permissions=dict.fromkeys(Permission, Level.WRITE), repositories=("owner/other",)
    )
    status = {"state": "success"}
    assert connect(token).post(f"/repos/owner/other/statuses/{other.head()}", status).status_code == 201
    assert connect(token).post(f"{REPOSITORY}/statuses/{place.config.head()}", status).status_code == 403
    assert connect(token).post(f"{proposed}/reviews", {"event": "COMMENT", "body": "x"}).status_code == 403
    assert connect(token).get(proposed).status_code == 200


@pytest.mark.parametrize("scheme", ["token", "Bearer", "bearer"])
def test_a_token_is_taken_under_every_name(place: Place, connect: Connect, scheme: str) -> None:
    client = connect()
    client.session.headers["Authorization"] = f"{scheme} {place.token(place.author)}"
    assert client.get("/user").json()["login"] == "author"


@pytest.mark.parametrize("user", ["author", "x-access-token", "anything"])
def test_a_token_is_taken_as_a_password(place: Place, connect: Connect, user: str) -> None:
    client = connect()
    client.session.auth = (user, place.token(place.author))
    assert client.get("/user").json()["login"] == "author"


def test_a_classic_token_shows_its_scopes(place: Place, connect: Connect) -> None:
    token = place.github.issue_token(place.author, kind=TokenKind.CLASSIC, scopes=("repo", "read:org"))
    assert connect(token).get("/user").headers["x-oauth-scopes"] == "repo, read:org"


@pytest.mark.parametrize(("scopes", "status"), [(("repo",), 201), (("public_repo",), 201), (("read:org",), 404)])
def test_a_classic_token_writes_within_its_scopes(
    place: Place, connect: Connect, scopes: tuple[str, ...], status: int
) -> None:
    client = connect(place.github.issue_token(place.author, kind=TokenKind.CLASSIC, scopes=scopes))
    assert client.post(f"{REPOSITORY}/labels", {"name": "new"}).status_code == status
    place.config.state.settings = Settings(is_private=True)
    assert client.get(REPOSITORY).status_code == (200 if "repo" in scopes else 404)


def test_a_token_never_shows_its_value(place: Place) -> None:
    value = place.token(place.author)
    assert value not in repr(place.github.hub.world.tokens[value])
    assert value not in repr(place)
