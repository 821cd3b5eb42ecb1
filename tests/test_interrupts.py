"""Signals are noted at any time, and interrupt only what waits, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Timer, get_ident

import pytest

from flakebot import interrupts
from flakebot.interrupts import aside, awaited, heed, pause, undisturbed

LONG = 20.0
"""Seconds that nothing here lasts unless it was not interrupted."""


pytestmark = pytest.mark.usefixtures("listening", "patient")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be interrupted that does not look, so that it is seen who looks."""
    monkeypatch.setattr(interrupts, "PATIENCE", 10 * LONG)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts_nothing_but_what_waits(number: signal.Signals) -> None:
    signal.raise_signal(number)
    with pytest.raises(KeyboardInterrupt):
        heed()
    heed()


WAYS: dict[str, Callable[[], object]] = {
    "a pause": lambda: pause(LONG),
    "an answer": lambda: awaited((aside(lambda: time.sleep(1)),), limit=LONG),
}


@pytest.mark.parametrize("wait", WAYS.values(), ids=WAYS)
def test_whoever_waits_is_interrupted_by_what_came_before(wait: Callable[[], object]) -> None:
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        wait()


@pytest.mark.parametrize("wait", [lambda: pause(LONG), lambda: awaited((aside(lambda: time.sleep(LONG)),))], ids=WAYS)
def test_whoever_waits_is_interrupted_also_where_another_thread_takes_the_signal(wait: Callable[[], object]) -> None:
    """As if it came just before the wait: a call of the system goes on then."""
    began = time.monotonic()
    Timer(0.3, lambda: signal.pthread_kill(get_ident(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        wait()
    assert time.monotonic() - began < LONG / 2


def test_no_other_thread_is_interrupted() -> None:
    signal.raise_signal(signal.SIGINT)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(heed).result()
        pool.submit(pause, 0.01).result()
    with pytest.raises(KeyboardInterrupt):
        heed()


def test_what_is_undisturbed_is_not_interrupted_but_what_comes_after_it_is() -> None:
    signal.raise_signal(signal.SIGINT)
    with undisturbed():
        with undisturbed():
            heed()
        pause(0.01)
    with pytest.raises(KeyboardInterrupt):
        heed()


def test_another_signal_does_not_end_the_tidying_up() -> None:
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        heed()
    signal.raise_signal(signal.SIGTERM)
    heed()


def test_after_a_while_another_one_interrupts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        heed()
    monkeypatch.setattr(interrupts, "TIDYING", 0.0)
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        heed()


def test_one_signal_interrupts_also_what_does_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "PATIENCE", 0.3)
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        time.sleep(LONG)
    signal.raise_signal(signal.SIGTERM)
    time.sleep(0.7)


def test_what_is_undisturbed_is_interrupted_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "PATIENCE", 0.1)
    tidied: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        tidy_slowly(tidied)
    assert tidied == ["tidied"]


def tidy_slowly(tidied: list[str]) -> None:
    signal.raise_signal(signal.SIGINT)
    with undisturbed():
        time.sleep(0.5)
        tidied.append("tidied")
    time.sleep(LONG)


def test_what_ends_when_a_signal_comes_is_not_believed() -> None:
    with pytest.raises(KeyboardInterrupt):
        awaited((aside(lambda: os.kill(os.getpid(), signal.SIGTERM)),))


@pytest.mark.parametrize("wait", [lambda: pause(LONG), lambda: awaited((Future[int](),))], ids=WAYS)
def test_no_other_thread_goes_on_waiting_when_the_main_one_was_interrupted(wait: Callable[[], object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            heed()
        with pytest.raises(KeyboardInterrupt):
            waiting.result(LONG / 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_when_the_command_is_over_a_signal_ends_the_process(number: signal.Signals) -> None:
    over = "import signal; from flakebot.interrupts import listening\nwith listening(): pass\nsignal.raise_signal(%d)"
    ended = subprocess.run((sys.executable, "-c", over % number), check=False, capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-number, b"", b"")


def test_what_is_awaited_comes_in_the_order_that_was_asked_for() -> None:
    is_second_there = Event()

    def first() -> str:
        assert is_second_there.wait(LONG)
        return "first"

    def second() -> str:
        is_second_there.set()
        return "second"

    assert awaited((aside(first), aside(second))) == ("first", "second")
    assert awaited(()) == ()


def test_what_one_raises_is_raised_while_others_still_run() -> None:
    is_over = Event()
    lasting = aside(lambda: is_over.wait(LONG))
    with pytest.raises(ZeroDivisionError):
        awaited((lasting, aside(lambda: 1 // 0 == 0)))
    assert not lasting.done()
    is_over.set()


@pytest.mark.parametrize("limit", [0.3, 0.0, -1.0])
def test_the_time_to_wait_has_an_end(limit: float) -> None:
    is_over = Event()
    with pytest.raises(TimeoutError):
        awaited((aside(lambda: is_over.wait(LONG)),), limit=limit)
    is_over.set()


def test_a_pause_lasts_as_long_as_it_should() -> None:
    began = time.monotonic()
    pause(0.3)
    pause(-1)
    assert time.monotonic() - began >= 0.3
