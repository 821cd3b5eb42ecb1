"""How a call ends when its command does not end by itself: an interrupt, or a bug of flakebot's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flakebot.cli.call import run
from flakebot.cli.request import Call
from flakebot.cli.wiring import WIRINGS
from flakebot.commands.report import Report

SECRET = "ghp_" + "s" * 36
Raising = Callable[[], None]


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


def test_an_interrupt_has_its_own_code(ends_by: Callable[[Raising], int], capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert ends_by(interrupted) == 130
    assert "flakebot: interrupted\n  Running it again is safe." in capsys.readouterr().err


def test_what_fails_because_of_an_interrupt_is_no_bug(
    ends_by: Callable[[Raising], int], capsys: pytest.CaptureFixture[str]
) -> None:
    def stumbling() -> None:
        try:
            try:
                raise KeyboardInterrupt
            finally:
                raise RuntimeError("release unlocked lock")
        finally:
            raise OSError("and another one")

    assert ends_by(stumbling) == 130
    assert "a bug" not in capsys.readouterr().err
