"""A line on a terminal that moves while a step lasts: the step, what its tool said last, and the time it takes."""

from __future__ import annotations

import os
import sys

_WIDEST = 100


class Live:
    """The moving line; on anything but a terminal there is none, and every call does nothing."""

    def __init__(self) -> None:
        self._step = ""
        self._progress = None
        if not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
            return
        # Imported here: a workflow's runner has no terminal and need not wait for it.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None, start=True)

    @property
    def is_shown(self) -> bool:
        """Whether there is a line that moves."""
        return self._progress is not None

    def step(self, line: str) -> None:
        """Show that a step began; its time starts anew."""
        self._step = line
        if self._progress is not None:
            self._progress.start()
            self._progress.reset(self._task, description=line[:_WIDEST])

    def detail(self, line: str) -> None:
        """Show what the step's tool said last."""
        if self._progress is not None and line.strip():
            self._progress.update(self._task, description=f"{self._step}: {line.strip()}"[:_WIDEST])

    def end(self) -> None:
        """Take the line away."""
        if self._progress is not None:
            self._progress.stop()
