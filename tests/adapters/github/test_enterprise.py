"""A GitHub Enterprise Server, whose REST API is below /api/v3 and whose GraphQL is not."""

from __future__ import annotations

import pytest

from flakebot.adapters.github.account import GithubAccount
from flakebot.adapters.github.author import GithubAuthor
from flakebot.adapters.github.connection import Connection
from flakebot.adapters.github.pulls import pull_request_of
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import PullRequestAnswer, parsed
from flakebot.model import Token
from flakebot.ports import Queued
from tests.adapters.github.same_answer import SameAnswer
from tests.adapters.github.stage import PatientClock
from tests.adapters.github.test_shapes import pull_request
from tests.adapters.github.world import NAME

ANSWER = b'{"login": "update-bot", "data": {"enablePullRequestAutoMerge": {"pullRequest": {"number": 1}}}}'


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize("end", ["", "/"])
def test_rest_and_graphql_are_asked_where_they_are(same_answer: SameAnswer, end: str) -> None:
    server = same_answer(ANSWER)
    connection = Connection(
        token=Token("t"),
        role="author",
        repository=NAME,
        api_url=f"{server.address}/api/v3{end}",
        clock=PatientClock(),
    )
    opened = pull_request_of(parsed(PullRequestAnswer, pull_request(), Purpose(doing="build one", needs="nothing")))
    assert GithubAccount(connection).login() == "update-bot"
    assert GithubAuthor(connection).enable_auto_merge(opened, sha=opened.head_sha, method="merge") == Queued()
    assert server.paths == ["/api/v3/user", "/api/graphql"]
