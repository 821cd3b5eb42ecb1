"""A sign of life while a step lasts: of that step, and none after it."""

from __future__ import annotations

import time
from collections.abc import Callable

from flakebot.cli.pulse import Pulse


def test_says_which_step_it_still_is_until_the_next_one_or_the_end() -> None:
    said: list[str] = []
    pulse = Pulse(said.append, every=0.05)
    pulse.step("Checking")
    _until(lambda: len(said) >= 2)
    pulse.step("Proposing")
    _until(lambda: any(line.startswith("Proposing: ") for line in said))
    pulse.end()
    time.sleep(0.1)
    count = len(said)
    time.sleep(0.2)
    assert len(said) == count
    assert said[0] == "Checking: 0 min so far"


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
