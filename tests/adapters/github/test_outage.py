"""A way to GitHub that is broken: each break has its sentence, and none shows a token or a password."""

from __future__ import annotations

import signal
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest
from requests.exceptions import ConnectionError as ConnectionFailedError
from requests.exceptions import ConnectTimeout, InvalidHeader, ReadTimeout, RequestException

from flakebot.adapters.github.connection import LIMIT, Connection
from flakebot.adapters.github.deadline import within
from flakebot.adapters.github.errors import OutageError
from flakebot.adapters.github.outage import unreachable
from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.reader import GithubReader
from flakebot.errors import FlakebotError, MisuseError, UnavailableError
from flakebot.model import Token
from flakebot.rehearsal.github import Drop, ErrorReply, StandIn
from tests.adapters.github.same_answer import SameAnswer, drip
from tests.adapters.github.stage import PatientClock, Stage
from tests.adapters.github.world import NAME, World

TOKEN = Token("github_pat_11SECRET")
PULL = r"/repos/homelab/config/pulls/1"


def failure(
    api_url: str = "https://api.github.com", clock: PatientClock | None = None, limit: timedelta = LIMIT
) -> FlakebotError:
    connection = Connection(
        token=TOKEN, role="approver", repository=NAME, api_url=api_url, clock=clock or PatientClock(), limit=limit
    )
    with pytest.raises(FlakebotError) as caught:
        GithubReader(connection).pull_request(1)
    chain = f"{caught.value} {caught.value.advice} {caught.value.__cause__}"
    assert TOKEN.reveal() not in chain
    assert caught.value.__suppress_context__
    return caught.value


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def test_a_dropped_connection_is_tried_again_for_reading(live_stage: Stage, world: World) -> None:
    opened = live_stage.open()
    world.github.faults.add("GET", PULL, Drop(), times=2)
    assert live_stage.reader().pull_request(1) == opened
    assert live_stage.clock.pauses == [1, 2]


def test_a_dropped_connection_ends_a_write(live_stage: Stage, world: World) -> None:
    opened = live_stage.open()
    world.github.faults.add("POST", PULL + "/reviews", Drop())
    with pytest.raises(UnavailableError, match=r"the connection to api\.github\.com through the proxy failed"):
        live_stage.approver().approve(1, sha=opened.head_sha, body="")
    assert live_stage.clock.pauses == []
    assert world.repository.pull(1).reviews == []


@pytest.mark.usefixtures("no_proxy")
def test_a_server_that_does_not_listen_is_named(closed_port: int) -> None:
    clock = PatientClock()
    error = failure(f"https://127.0.0.1:{closed_port}", clock)
    assert isinstance(error, UnavailableError)
    assert str(error) == f"could not read pull request #1: the connection to 127.0.0.1:{closed_port} failed"
    assert clock.pauses == [1, 2, 4]


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nx-drip: ", b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"], ids=["head", "body"]
)
def test_an_answer_that_drips_has_an_end_and_is_asked_for_again(head: bytes) -> None:
    clock = PatientClock()
    with drip(head) as address:
        error = failure(address, clock, limit=timedelta(seconds=0.3))
    assert isinstance(error, OutageError)
    assert str(error).endswith("took too long to answer")
    assert clock.pauses == [1, 2, 4]


@pytest.mark.usefixtures("no_proxy")
def test_a_write_whose_answer_drips_is_not_sent_again() -> None:
    clock = PatientClock()
    with drip(b"HTTP/1.1 200 OK\r\nx-drip: ") as address:
        connection = Connection(
            token=TOKEN, role="author", repository=NAME, api_url=address, clock=clock, limit=timedelta(seconds=0.3)
        )
        with pytest.raises(OutageError, match="took too long to answer"):
            connection.delete("/x", Purpose(doing="delete x", needs="nothing"))
    assert clock.pauses == []


@pytest.mark.usefixtures("no_proxy")
def test_a_name_that_does_not_exist_points_to_the_network() -> None:
    error = failure("https://github.invalid")
    assert "the name github.invalid is unknown here" in str(error)
    assert "DNS" in error.advice


def test_a_proxy_that_is_gone_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:passw0rd@127.0.0.1:{closed_port}")
    monkeypatch.setenv("https_proxy", f"http://user:passw0rd@127.0.0.1:{closed_port}")
    error = failure()
    assert "the connection to api.github.com through the proxy failed" in str(error)
    assert "passw0rd" not in f"{error} {error.advice}"


def test_a_proxy_that_lets_nobody_through_to_a_host_is_named(world: World) -> None:
    assert "the connection to example.org through the proxy failed" in str(failure("https://example.org"))
    assert world.github.refused_hosts


def test_a_certificate_that_is_not_trusted_is_not_asked_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with StandIn(root=other) as stranger:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", stranger.environment()["REQUESTS_CA_BUNDLE"])
        clock = PatientClock()
        error = failure(clock=clock)
    assert "the certificate of api.github.com is not trusted here" in str(error)
    assert "REQUESTS_CA_BUNDLE" in error.advice
    assert clock.pauses == []
    assert world.github.requests.all() == ()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ReadTimeout("api.github.com"), "example.org took too long to answer"),
        (ConnectTimeout("api.github.com"), "example.org took too long to answer"),
        (ConnectionFailedError(), "the connection to example.org failed"),
        (InvalidHeader(TOKEN.reveal()), "an answer that is not HTTP as expected"),
    ],
)
def test_other_breaks_are_told_by_their_kind(error: RequestException, words: str) -> None:
    explained = unreachable(error, Purpose(doing="read this", needs="nothing"), "example.org")
    assert isinstance(explained, OutageError)
    assert words in str(explained)
    assert TOKEN.reveal() not in f"{explained} {explained.advice}"


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize("body", [b'{"number": 1', b"["])
def test_an_answer_that_is_no_json_is_an_outage(same_answer: SameAnswer, body: bytes) -> None:
    error = failure(same_answer(body).address)
    assert isinstance(error, OutageError)
    assert "did not answer in JSON" in str(error)


@pytest.mark.usefixtures("no_proxy")
def test_a_list_without_an_end_is_left(same_answer: SameAnswer) -> None:
    connection = Connection(
        token=TOKEN, role="approver", repository=NAME, api_url=same_answer(b"[]").address, clock=PatientClock()
    )
    with pytest.raises(UnavailableError, match="could not read the reviews of #1: there are more than 10000 entries"):
        GithubReader(connection).reviews(1)


def test_an_answer_of_another_shape_names_the_field(live_stage: Stage, world: World) -> None:
    world.github.faults.add("GET", PULL, ErrorReply(status=200, message="not a pull request"))
    with pytest.raises(UnavailableError, match=r"not as documented at the whole: Object missing .*`number`"):
        live_stage.reader().pull_request(1)


def test_a_redirect_to_another_host_is_not_followed(live_stage: Stage, world: World) -> None:
    moved = ErrorReply(status=301, message="Moved", headers={"location": "https://example.org/repos"})
    world.github.faults.add("GET", PULL, moved)
    with pytest.raises(MisuseError, match=r"api\.github\.com sends us elsewhere"):
        live_stage.reader().pull_request(1)


@pytest.mark.usefixtures("listening")
def test_after_a_signal_nothing_is_asked_for_any_more() -> None:
    asked: list[str] = []
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        within(timedelta(seconds=20), lambda: asked.append("merge it"))
    time.sleep(0.2)
    assert asked == []
