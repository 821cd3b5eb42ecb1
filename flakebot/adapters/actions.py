"""A workflow's runner: masks, annotations, groups, outputs, summary. No tool's line must reach it as a command."""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from flakebot.errors import UnavailableError

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary; GitHub drops a longer one altogether."""

_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_COMMAND = re.compile(r"(?:^|(?<=[\r\n]))(\s*:)(?=:)")
"""The runner trims a line's start and ends lines at a carriage return too (actions/runner, ActionCommand.cs)."""
_OLD_COMMAND = re.compile(r"#(?=#\[)")
"""The older form, which it finds in the middle of a line as well."""


def inert(text: str) -> str:
    """Return text that looks the same and that a runner takes for no command."""
    return _OLD_COMMAND.sub(f"#{_ZERO_WIDTH_SPACE}", _COMMAND.sub(rf"\1{_ZERO_WIDTH_SPACE}", text))


class Runner(Struct, frozen=True, kw_only=True):
    """A runner's ways in, as far as there are any: nothing is written where ``stream`` and the paths are None."""

    stream: TextIO | None
    outputs: Path | None
    summary: Path | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Runner:
        """Find the runner that started this process. Commands go to stderr: stdout is for one JSON document."""
        outputs, summary = environment.get("GITHUB_OUTPUT"), environment.get("GITHUB_STEP_SUMMARY")
        return cls(
            stream=sys.stderr if environment.get("GITHUB_ACTIONS") == "true" else None,
            outputs=Path(outputs) if outputs else None,
            summary=Path(summary) if summary else None,
        )

    def mask(self, words: Iterable[str]) -> None:
        """Have every line of these words hidden in the log; call this before anything else is printed."""
        for line in dict.fromkeys(line.strip() for word in words for line in word.splitlines()):
            if line:
                self._command(f"::add-mask::{_data(line)}")

    def annotate(self, *, title: str, message: str) -> None:
        """Show an error on the run's page."""
        self._command(f"::error title={_property(title)}::{_data(message)}")

    def warn(self, *, title: str, message: str) -> None:
        """Show a warning on the run's page, which fails nothing."""
        self._command(f"::warning title={_property(title)}::{_data(message)}")

    @property
    def is_watching(self) -> bool:
        """Whether a runner reads what is printed."""
        return self.stream is not None

    def begin_group(self, title: str) -> None:
        """Fold in the log what is printed until the group ends; there are no groups in groups."""
        self._command(f"::group::{_data(title)}")

    def end_group(self) -> None:
        """End the group."""
        self._command("::endgroup::")

    def publish(self, *, outputs: Mapping[str, str], summary: str) -> None:
        """Set the step's outputs and add to its summary. Raises `UnavailableError` when that cannot be written."""
        if self.outputs is not None:
            _append(self.outputs, "".join(_output(name, value) for name, value in outputs.items()).encode())
        if self.summary is not None:
            _append(self.summary, _fitting(summary, SUMMARY_LIMIT - _size(self.summary)))

    def _command(self, line: str) -> None:
        if self.stream is not None:
            print(line, file=self.stream, flush=True)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _output(name: str, value: str) -> str:
    """Write one output between two delimiters that nobody can guess, so that no value can set another output."""
    delimiter = f"flakebot-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _fitting(text: str, limit: int) -> bytes:
    """Return the whole text, or as many whole lines of it as fit with a sentence that says what is missing."""
    content = text.encode()
    if len(content) <= limit:
        return content
    note = f"\n\n…and {len(content)} bytes in all, cut here: GitHub takes {SUMMARY_LIMIT} a step.\n".encode()
    if limit < len(note):
        return b""
    kept, _, _ = content[: limit - len(note)].rpartition(b"\n")
    return kept + note


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _append(path: Path, content: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(content)
    except OSError as error:
        raise UnavailableError(
            f"could not write what the workflow is to read: {error.strerror}: {path}",
            advice="Look at the runner's disk; what was done so far stays done, and running again continues from it.",
        ) from error
