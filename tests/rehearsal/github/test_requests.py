"""Every request is recorded with its step, so that calls can be counted; no token is in the record."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.rehearsal.github.client import API, Client, Connect
from tests.rehearsal.github.place import REPOSITORY, Place

PAUSE = 0.5


def test_requests_are_counted_by_step(place: Place, author: Client) -> None:
    author.get("/user")
    with place.github.requests.step("propose"):
        author.get("/user")
        author.get("/rate_limit")
    assert place.github.requests.api_calls("propose") == 2
    assert [request.step for request in place.github.requests.all()] == [None, "propose", "propose"]


def test_a_request_is_recorded_whole(place: Place, author: Client) -> None:
    author.get("/users/nobody?page=2")
    (request,) = place.github.requests.all()
    assert (request.method, request.host, request.path, request.query) == (
        "GET",
        "api.github.com",
        "/users/nobody",
        "page=2",
    )
    assert (request.status, request.account) == (404, "author")
    assert request.user_agent.startswith("python-requests")
    assert 0 < request.duration < 5


def test_a_client_that_leaves_in_the_middle_of_its_request_is_no_failure(
    place: Place, author: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def half() -> Iterator[bytes]:
        yield b'{"title": '
        raise EOFError

    with pytest.raises(EOFError):
        author.session.post(API + REPOSITORY + "/issues/1/comments", data=half(), timeout=20)
    deadline = time.monotonic() + 10
    while not place.github.requests.all() and time.monotonic() < deadline:
        time.sleep(0.01)
    (request,) = place.github.requests.all()
    time.sleep(0.1)  # in which it might be complained of
    assert (request.status, caplog.records) == (499, [])


def test_no_token_is_in_the_record(place: Place, connect: Connect) -> None:
    token = place.token(place.author)
    connect(token).get("/user")
    assert token not in repr(place.github.requests.all())


def test_nix_does_not_count(place: Place, connect: Connect) -> None:
    with place.github.requests.step("update"):
        connect().get("/repos/owner/config/commits/HEAD", **{"User-Agent": "curl/7.85.0 Nix/2.8.0"})
    assert place.github.requests.api_calls("update") == 0
    assert place.github.requests.of_step("update")[0].is_from_nix


def test_what_a_client_waits_for_is_known_by_its_port(place: Place, author: Client, connect: Connect) -> None:
    author.get("/user")
    author.get("/rate_limit")
    connect().get("/rate_limit")
    mine, again, other = place.github.requests.all()
    assert mine.port == again.port != other.port
    waits = place.github.waits({mine.port})
    assert all(any(wait.started <= request.start <= wait.ended for wait in waits) for request in (mine, again))
    assert not any(wait.started <= other.start <= wait.ended for wait in waits)
    assert place.github.waits(()) == ()


def test_a_pause_between_two_requests_is_no_waiting(place: Place, author: Client) -> None:
    author.get("/user")
    time.sleep(PAUSE)
    author.get("/user")
    first, second = place.github.requests.all()
    assert second.start - first.span.ended >= PAUSE * 0.9
    waits = place.github.waits({first.port})
    assert waits
    assert not any(wait.started <= first.span.ended + PAUSE / 2 <= wait.ended for wait in waits)
