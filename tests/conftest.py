"""What holds for every test, wherever the tests are run; and which of them run Nix, so that they run with each."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flakebot import interrupts

EVERY_NIX = (
    "adapters/nix/",
    "adapters/provenance/test_content.py",
    "choosing/test_choosing.py",
    "composed/",
    "legitimate/",
    "project/test_nix_versions.py",
    "rehearsal/github/test_nix.py",
    "stories/test_nix_versions.py",
)
"""Tests that run every Nix that is there by themselves: one run of them is enough."""

NIX = (
    *EVERY_NIX,
    "action/test_act.py",
    "action/test_flake.py",
    "adapters/provenance/",
    "attacks/test_every_proof.py",
    "attacks/test_proofs.py",
    "isolation/",
    "project/test_setup.py",
    "rehearsal/",
    "stories/",
)
"""Tests that may run the ``nix`` on PATH; no others can."""

_REFUSAL = """\
#!/bin/sh
echo "error: this test runs Nix; name it in tests/conftest.py, so that it runs with every version" >&2
exit 1
"""


def pytest_configure() -> None:
    """Let an interrupt interrupt, also below a shell that runs the tests in its background and ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def listening() -> Iterator[None]:
    """Note signals as a command does, and leave to others the handlers that were there before."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    with interrupts.listening():
        yield
    with interrupts.listening():
        pass  # what came is forgotten
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.hookimpl(tryfirst=True)  # before the tests are chosen by these marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that run Nix by where they stand; what uses flakebot's alarm is ended by another one."""
    for item in items:
        if "listening" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(method="thread"))
        place = item.path.relative_to(Path(__file__).parent).as_posix()
        for mark, places in (("nix", NIX), ("every_nix", EVERY_NIX)):
            if place.startswith(places):
                item.add_marker(mark)


@pytest.fixture(scope="session")
def no_nix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ``nix`` that refuses to run."""
    folder = tmp_path_factory.mktemp("no-nix")
    (folder / "nix").write_text(_REFUSAL)
    (folder / "nix").chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def _nix_only_where_it_is_known(request: pytest.FixtureRequest, no_nix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that runs Nix and is not known to: another version would never be tried on it."""
    if request.node.get_closest_marker("nix") is None:
        monkeypatch.setenv("PATH", f"{no_nix}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
