"""Cassettes: recorded against the stand-in GitHub with ``pytest tests/adapters/github --record``, else played back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import vcr  # type: ignore[import-untyped]  # vcrpy ships no types

from flakebot.rehearsal.github import StandIn
from tests.adapters.github.same_answer import SameAnswer, SameAnswerServer, serve
from tests.adapters.github.stage import PatientClock, Stage
from tests.adapters.github.world import World, make_world

CASSETTES = Path(__file__).parent / "cassettes"
VERSION = "x-github-api-version"
MATCHED = ["method", "scheme", "host", "path", "query", "body", VERSION]
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
KEPT = {"content-type", "link", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="record the cassettes anew, against the stand-in GitHub")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """While cassettes are recorded, leave the other tests alone: some read the cassettes."""
    if config.getoption("--record", default=False):
        items[:] = [item for item in items if "stage" in getattr(item, "fixturenames", ())]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A stand-in GitHub with a seeded repository; every client of this process goes there."""
    with live(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def live_stage(world: World) -> Stage:
    """Adapters on the stand-in itself, without a tape."""
    return Stage(world=world, clock=PatientClock())


@pytest.fixture
def same_answer() -> Iterator[SameAnswer]:
    """Servers that know one answer each."""
    with ExitStack() as stack:

        def start(body: bytes) -> SameAnswerServer:
            return stack.enter_context(serve(body))

        yield start


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing stand between this process and a server."""
    for variable in PROXIES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Adapters on the test's cassette, every recording of which must be asked for."""
    path = CASSETTES / f"{cassette_name(request.node.nodeid)}.yaml"
    if request.config.getoption("--record", default=False):
        path.unlink(missing_ok=True)
        with live(tmp_path, monkeypatch) as made, recorder("all").use_cassette(str(path)):
            yield Stage(world=made, clock=PatientClock())
        return
    request.getfixturevalue("no_proxy")
    with recorder("none").use_cassette(str(path)) as cassette:
        yield Stage(world=None, clock=PatientClock())
    assert cassette.all_played, "the cassette holds answers that nobody asked for; record it anew"


def cassette_name(test: str) -> str:
    """Name a test's cassette: its module and its own name, as a file may be called."""
    module, _, name = Path(test).name.partition("::")
    return re.sub(r"[^a-z0-9]+", "-", f"{module.removeprefix('test_').removesuffix('.py')} {name}".lower()).strip("-")


def recorder(mode: str) -> vcr.VCR:
    """Build the recorder: requests match in every part that carries meaning, and no token reaches the tape."""
    made = vcr.VCR(
        record_mode=mode,
        match_on=MATCHED,
        filter_headers=["authorization"],
        before_record_response=_essential,
        serializer="yaml",
    )
    made.register_matcher(VERSION, _is_of_one_version)
    return made


def _is_of_one_version(one: vcr.request.Request, other: vcr.request.Request) -> bool:
    """Whether two requests ask for the same version of GitHub's API: another one may answer otherwise."""
    first, second = ({name.lower(): text for name, text in asked.headers.items()} for asked in (one, other))
    return bool(first.get(VERSION) == second.get(VERSION))


@contextmanager
def live(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Start a stand-in, send this process there, and seed it."""
    folder = root / "github"
    folder.mkdir()
    with StandIn(root=folder) as github:
        for variable, value in github.environment().items():
            monkeypatch.setenv(variable, value)
        assert os.environ["HTTPS_PROXY"].startswith("http://127.0.0.1:")
        yield make_world(github)


def _essential(response: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Keep of an answer's headers what the adapters read, so that a new recording differs where it matters."""
    response["headers"] = {name: value for name, value in response["headers"].items() if name.lower() in KEPT}
    return response
