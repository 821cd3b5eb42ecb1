"""How a call ends when its command does not end by itself: an interrupt, or a bug of flakebot's own."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

import pytest

from flakebot.cli.call import run
from flakebot.cli.request import Call
from flakebot.cli.wiring import WIRINGS
from flakebot.commands.report import Report

SECRET = "ghp_" + "s" * 36
Raising = Callable[[], None]


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Leave to others the handlers that a call sets."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def ends_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Raising], int]:
    """Call a command that does this, and return the exit code."""

    def called(raising: Raising) -> int:
        def wire(call: Call) -> Report:
            raising()
            raise AssertionError("it was to raise something")

        monkeypatch.setitem(WIRINGS, "diff", wire)
        monkeypatch.setenv("FLAKEBOT_TOKEN", SECRET)
        return run("diff", "about it", ())

    return called


def test_a_bug_is_said_by_its_place_without_the_values_that_it_met(
    ends_by: Callable[[Raising], int], capsys: pytest.CaptureFixture[str]
) -> None:
    def stumbling() -> None:
        raise ValueError(f"no number: {SECRET}")

    assert ends_by(stumbling) == 3
    printed = capsys.readouterr()
    assert printed.err.startswith("flakebot: a bug in flakebot: ValueError at test_call.py:")
    assert "Traceback" not in printed.err
    assert SECRET not in printed.out + printed.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts(
    number: signal.Signals, ends_by: Callable[[Raising], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends_by(lambda: signal.raise_signal(number)) == 130
    assert "flakebot: interrupted\n  Running it again is safe." in capsys.readouterr().err


@pytest.mark.parametrize(("seconds", "tidied"), [(10.0, ["begun", "done"]), (0.0, ["begun"])])
def test_another_signal_does_not_end_the_tidying_up(
    seconds: float, tidied: list[str], ends_by: Callable[[Raising], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flakebot.cli.call._TIDYING_SECONDS", seconds)
    done: list[str] = []

    def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            done.append("begun")
            signal.raise_signal(signal.SIGTERM)
            done.append("done")

    assert ends_by(interrupted) == 130
    assert done == tidied


@pytest.mark.parametrize("kind", [RuntimeError, CancelledError])
def test_what_fails_because_of_an_interrupt_is_no_bug(
    kind: type[Exception], ends_by: Callable[[Raising], int], capsys: pytest.CaptureFixture[str]
) -> None:
    """As `threading.Condition`, which an interrupt in the middle has release a lock that it does not hold."""

    def stumbling() -> None:
        try:
            try:
                signal.raise_signal(signal.SIGINT)
            finally:
                raise kind("release unlocked lock")
        finally:
            raise kind("and another one")

    assert ends_by(stumbling) == 130
    assert "a bug" not in capsys.readouterr().err
