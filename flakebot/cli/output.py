"""What the program prints: text to stderr, one JSON document to stdout, the same facts to a workflow."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from threading import RLock

from flakebot.adapters.actions import Runner, inert
from flakebot.cli.group import Group
from flakebot.cli.live import Live
from flakebot.cli.mask import Mask
from flakebot.cli.pulse import Pulse
from flakebot.commands.report import Report, failed
from flakebot.errors import ExitCode, FlakebotError, UnavailableError
from flakebot.text.neutral import printable
from flakebot.text.terminal import error_lines, report_lines


class Output:
    """Prints, and never a secret: each one is replaced wherever it would appear."""

    def __init__(self, *, as_json: bool, secrets: tuple[str, ...]) -> None:
        self.is_verbose = False
        self._as_json = as_json
        self._mask = Mask(secrets)
        self._live = Live()
        self._pulse = None if self._live.is_shown else Pulse(self._progress)
        self._runner = Runner.from_environment()
        self._group = Group(self._runner, self._shown)
        self._printing = RLock()  # flakes are checked side by side
        self._started = time.monotonic()
        self._runner.mask(self._mask.lines)

    def say(self, line: str) -> None:
        """Print one line of progress, with the seconds since the start; it is what happens until the next."""
        with self._printing:
            self._group.step(line)
            self._progress(line)
        self._live.step(self._shown(line))
        if self._pulse is not None:
            self._pulse.step(line)

    def tell(self, line: str) -> None:
        """Print one line as it is; the step at work is over, and until the next one nothing gives a sign of life."""
        self._end()
        self._write(line)

    def note(self, line: str) -> None:
        """Print one line beside the progress."""
        with self._printing:
            self._group.close()
            self._write(f"note: {line}")

    def warn(self, line: str) -> None:
        """Print what fails nothing and yet should be seen, and show it on a workflow's page too."""
        self._write(f"warning: {line}")
        self._runner.warn(title="flakebot", message=self._masked(line))

    def quote(self, line: str) -> None:
        """Print one line that a tool printed, folded in a runner, else if that is wanted; it can steer no workflow."""
        with self._printing:
            if self._runner.is_watching:
                self._group.open()
            if self._runner.is_watching or self.is_verbose:
                self._write(f"    {line}")
        self._live.detail(self._shown(printable(line)))

    def report(self, report: Report) -> int:
        """Print the report and hand its facts to the workflow; returns the exit code."""
        self._end()
        is_summarised = bool(report.summary) and self._runner.summary is not None
        details, hint = ((), "") if is_summarised else (report.details, report.hint)
        for line in report_lines(report.headline, report.findings, details=details, hint=hint):
            self._write(line)
        for line in report.warnings:
            self.warn(line)
        return self._document(report)

    def failed(self, command: str, error: FlakebotError) -> int:
        """Print what went wrong and what to do; returns the error's exit code."""
        self._end()
        for line in error_lines(str(error), error.advice):
            self._write(line)
        return self._document(failed(command, error))

    def broke(self, command: str, error: BaseException) -> int:
        """Print where a bug of flakebot's own showed, without the values that it met."""
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))
        advice = "Please report it with this line; running again will most likely meet it again."
        return self.failed(command, _BugError(f"a bug in flakebot: {type(error).__name__} at {places}", advice=advice))

    def _progress(self, line: str) -> None:
        passed = time.monotonic() - self._started
        self._write(f"[{passed:6.1f}s] {line}")

    def _end(self) -> None:
        with self._printing:
            self._group.close()
        self._live.end()
        if self._pulse is not None:
            self._pulse.end()

    def _document(self, report: Report) -> int:
        """Print the document, publish its facts, and return the exit code: another one when publishing fails."""
        try:
            if self._as_json:
                _print_document(_inert_json(self._masked(json.dumps(report.document(), ensure_ascii=False))))
            self._publish(report)
        except UnavailableError as error:
            for line in error_lines(str(error), error.advice):
                self._write(line)
            return error.exit_code
        return report.exit_code

    def _publish(self, report: Report) -> None:
        if report.exit_code is not ExitCode.DONE:
            self._runner.annotate(title=f"flakebot {report.command}", message=self._masked(report.headline))
        facts = {"outcome": report.outcome} | dict(report.facts)
        self._runner.publish(
            outputs={name.replace("_", "-"): self._masked(_plain(value)) for name, value in facts.items()},
            summary=self._masked(report.summary or f"{report.headline}\n"),
        )

    def _write(self, line: str) -> None:
        print(self._shown(line), file=sys.stderr, flush=True)

    def _shown(self, line: str) -> str:
        return inert(self._masked(line))

    def _masked(self, text: str) -> str:
        return self._mask.masked(text)


def _print_document(document: str) -> None:
    try:
        print(document, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter tries once more at its end
        raise UnavailableError(
            f"the JSON document could not be written to stdout: {error.strerror}",
            advice="Is there still somebody who reads it, and free disk space?",
        ) from error


class _BugError(FlakebotError):
    exit_code = ExitCode.BUG


def _plain(value: object) -> str:
    """Return an output's text: true and false as workflows compare them."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case str() | int():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _inert_json(document: str) -> str:
    """Escape the start of a runner's older command, which it finds in the middle of a line; the values stay equal."""
    return document.replace("##[", r"#\u0023[")
