"""What is asked again and what is not, with the pauses that GitHub asks for."""

from __future__ import annotations

import pytest

from flakebot.errors import UnavailableError
from flakebot.model import CheckState
from flakebot.rehearsal.github import secondary_limit, server_error, too_many_requests, unresolved_node
from tests.adapters.github.stage import Stage

PULL = r"/repos/homelab/config/pulls/1"
REVIEWS = r"/repos/homelab/config/pulls/1/reviews"
LABELS = r"/repos/homelab/config/issues/1/labels"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_survives_a_failing_server(stage: Stage, status: int) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.github.faults.add("GET", PULL, server_error(status), times=3))
    assert stage.reader().pull_request(1) == opened
    assert stage.clock.pauses == [1, 2, 4]


def test_a_server_that_stays_broken_is_reported(stage: Stage) -> None:
    stage.open()
    stage.prepare(lambda world: world.github.faults.add("GET", PULL, server_error(503), times=4))
    with pytest.raises(UnavailableError, match="could not read pull request #1: GitHub answers 503"):
        stage.reader().pull_request(1)


def test_a_write_that_may_have_happened_is_not_repeated(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.github.faults.add("POST", REVIEWS, server_error(502)))
    with pytest.raises(UnavailableError, match="could not review #1") as caught:
        stage.approver().approve(1, sha=opened.head_sha, body="")
    assert "looks before it writes" in caught.value.advice
    assert stage.clock.pauses == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_is_waited_out_as_long_as_github_says(stage: Stage, status: int) -> None:
    opened = stage.open()
    limit = secondary_limit(status=status, retry_after=7)
    stage.prepare(lambda world: world.github.faults.add("POST", REVIEWS, limit))
    stage.approver().approve(1, sha=opened.head_sha, body="")
    assert stage.clock.pauses == [7]
    assert len(stage.reader().reviews(1)) == 1


def test_a_limit_that_names_no_time_is_waited_out_for_a_minute(stage: Stage) -> None:
    opened = stage.open()
    stage.prepare(lambda world: world.github.faults.add("GET", PULL, too_many_requests()))
    assert stage.reader().pull_request(1) == opened
    assert stage.clock.pauses == [60]


def test_a_limit_that_takes_too_long_ends_with_the_time_to_come_back(stage: Stage) -> None:
    stage.open()
    limit = secondary_limit(status=429, retry_after=3600)
    stage.prepare(lambda world: world.github.faults.add("GET", PULL, limit))
    with pytest.raises(UnavailableError, match="rate limit is used up until 01:00 UTC"):
        stage.reader().pull_request(1)
    assert stage.clock.pauses == []


def test_a_primary_limit_that_is_used_up_ends_with_the_time_of_its_reset(stage: Stage) -> None:
    stage.open()
    stage.prepare(lambda world: world.lower_limit(0))
    with pytest.raises(UnavailableError, match=r"could not read pull request #1: .* is used up until \d\d:\d\d UTC"):
        stage.reader().pull_request(1)
    assert stage.clock.pauses == []


def test_what_github_has_just_made_and_does_not_see_yet_is_asked_for_again(stage: Stage) -> None:
    stage.open()
    stage.prepare(lambda world: world.github.faults.add("POST", LABELS, unresolved_node(), times=2))
    stage.author().set_labels(1, add=("dependencies",), remove=())
    assert stage.reader().pull_request(1).labels == ("dependencies",)
    assert stage.clock.pauses == [1, 2]


def test_many_writes_are_a_second_apart(stage: Stage) -> None:
    sha = stage.open().head_sha
    job = stage.job()
    for number in range(7):
        job.post_status(sha, name="flakebot/flake-check", is_success=True, description=f"{number}", url="")
    assert stage.clock.pauses == [1, 1]
    assert [check.state for check in stage.checks().checks(sha) if check.detail == "6"] == [CheckState.PASSED]
