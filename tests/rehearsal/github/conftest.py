"""A stand-in GitHub of its own for each test, and clients for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot.rehearsal.github import StandIn
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.keys import PersonalKey, gpg_home, make_key
from tests.rehearsal.github.place import REPOSITORY, Place, make_place


@pytest.fixture
def github(tmp_path: Path) -> Iterator[StandIn]:
    root = tmp_path / "github"
    root.mkdir()
    with StandIn(root=root) as running:
        yield running


@pytest.fixture
def connect(github: StandIn) -> Iterator[Connect]:
    made: list[Client] = []

    def connect(token: str | None = None) -> Client:
        made.append(Client(github=github, token=token))
        return made[-1]

    yield connect
    for client in made:
        client.session.close()


@pytest.fixture
def place(github: StandIn) -> Place:
    return make_place(github)


@pytest.fixture
def author(place: Place, connect: Connect) -> Client:
    return connect(place.token(place.author))


@pytest.fixture
def reviewer(place: Place, connect: Connect) -> Client:
    return connect(place.token(place.reviewer))


@pytest.fixture
def job(place: Place, connect: Connect) -> Client:
    return connect(place.job_token())


@pytest.fixture
def proposed(place: Place, author: Client) -> str:
    """The address of an open pull request of the author's."""
    place.propose()
    opened = author.post(
        f"{REPOSITORY}/pulls", {"title": "Update", "head": "update", "base": "main", "body": "New pins"}
    )
    assert opened.status_code == 201, opened.text
    return f"{REPOSITORY}/pulls/1"


@pytest.fixture(scope="session")
def personal_key() -> Iterator[PersonalKey]:
    """The author's key."""
    with gpg_home() as home:
        yield make_key(home, "The Author <author@example.org>")
