"""What a step's tools print, folded in a runner's log. Closed whenever anything of flakebot's own is printed."""

from __future__ import annotations

from collections.abc import Callable

from flakebot.adapters.actions import Runner


class Group:
    """One group after the other; it opens with a tool's first line, so that no step has an empty one.

    ``shown`` makes a title harmless and hides secrets in it.
    """

    def __init__(self, runner: Runner, shown: Callable[[str], str]) -> None:
        self._runner = runner
        self._shown = shown
        self._step = ""
        self._is_open = False

    def step(self, line: str) -> None:
        """Name the step whose tools print from now on."""
        self.close()
        self._step = line

    def open(self) -> None:
        """Open the step's group unless it is open."""
        if not self._is_open:
            self._is_open = True
            self._runner.begin_group(self._shown(f"{self._step}: what is printed meanwhile".removeprefix(": ")))

    def close(self) -> None:
        """Close the group if one is open."""
        if self._is_open:
            self._is_open = False
            self._runner.end_group()
