"""The stand-in misbehaves when it is told to, as often as it is told to, and then no more."""

from __future__ import annotations

import time

import pytest
import requests

from flakebot.rehearsal.github import (
    Delay,
    Drop,
    ErrorReply,
    Moment,
    base_modified,
    secondary_limit,
    server_error,
    too_many_requests,
    unresolved_node,
)
from tests.rehearsal.github.client import Client
from tests.rehearsal.github.place import REPOSITORY, Place


@pytest.mark.parametrize(
    ("reply", "status", "words", "retry_after"),
    [
        (server_error(), 502, "Server Error", None),
        (server_error(503), 503, "Server Error", None),
        (secondary_limit(), 403, "You have exceeded a secondary rate limit.", "1"),
        (too_many_requests(), 429, "You have exceeded a secondary rate limit.", None),
    ],
)
def test_a_fault_lasts_as_long_as_it_was_told_to(
    place: Place, author: Client, reply: ErrorReply, status: int, words: str, retry_after: str | None
) -> None:
    place.github.faults.add("GET", f"{REPOSITORY}/pulls", reply, times=2, skip=1)
    answers = [author.get(f"{REPOSITORY}/pulls") for _ in range(4)]
    assert [answered.status_code for answered in answers] == [200, status, status, 200]
    assert words in answers[1].json()["message"]
    assert answers[1].headers.get("retry-after") == retry_after


def test_a_fault_meets_only_what_it_names(place: Place, author: Client) -> None:
    place.github.faults.add("POST", f"{REPOSITORY}/pulls", server_error())
    assert author.get(f"{REPOSITORY}/pulls").status_code == 200
    assert author.get("/user").status_code == 200


def test_a_connection_can_break(place: Place, author: Client) -> None:
    place.github.faults.add("GET", "/user", Drop())
    with pytest.raises(requests.exceptions.ConnectionError):
        author.get("/user")
    assert author.get("/user").status_code == 200


def test_an_answer_can_be_late(place: Place, author: Client) -> None:
    place.github.faults.add("GET", "/user", Delay(seconds=0.3))
    began = time.monotonic()
    assert author.get("/user").json()["login"] == "author"
    assert time.monotonic() - began >= 0.3


def test_the_base_can_move_at_the_moment_of_the_merge(place: Place, author: Client, proposed: str) -> None:
    place.github.faults.add("PUT", f"{proposed}/merge", base_modified())
    refused = author.ask("PUT", f"{proposed}/merge", {})
    assert refused.status_code == 405
    assert refused.json()["message"] == "Base branch was modified. Review and try the merge again."
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 200


def test_a_new_pull_request_can_be_unknown_for_a_moment(place: Place, author: Client, proposed: str) -> None:
    place.github.faults.add("POST", f"{proposed}/reviews", unresolved_node())
    place.github.faults.add("POST", "/graphql", unresolved_node())
    refused = author.post(f"{proposed}/reviews", {"event": "COMMENT", "body": "x"})
    assert "Could not resolve to a node" in refused.json()["errors"][0]
    query = author.post("/graphql", {"query": "{ viewer { login } }"})
    assert "Could not resolve to a node" in query.json()["errors"][0]["message"]
    assert author.post("/graphql", {"query": "{ viewer { login } }"}).json() == {
        "data": {"viewer": {"login": "author"}}
    }


@pytest.mark.parametrize(("moment", "status"), [(Moment.BEFORE, 409), (Moment.ANSWERED, 200)])
def test_the_head_can_move_at_the_worst_moment(
    place: Place, author: Client, proposed: str, moment: Moment, status: int
) -> None:
    head = place.config.head("update")
    place.github.faults.when("PUT", f"{proposed}/merge", lambda: _move(place), moment)
    assert author.ask("PUT", f"{proposed}/merge", {"sha": head}).status_code == status
    assert place.config.head("update") != head


def _move(place: Place) -> None:
    place.propose("moved")
