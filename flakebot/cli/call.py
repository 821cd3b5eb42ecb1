"""Run one command: mask what is secret, wire, run, print the report, turn every end into an exit code."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from types import FrameType

from flakebot.cli.output import Output
from flakebot.cli.request import Call
from flakebot.cli.wiring import WIRINGS
from flakebot.errors import FlakebotError, StoppedError
from flakebot.settings.credentials import read_credentials
from flakebot.settings.secrets import SECRETS
from flakebot.settings.sources import unknown_settings

_TIDYING_SECONDS = 10.0
"""How long nothing interrupts once more what an interrupt has begun."""


def run(command: str, description: str, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Whatever happens, no traceback and no secret is printed."""
    _heed_interrupts()
    output = _output(arguments)
    call = Call(
        command=command,
        description=description,
        arguments=tuple(arguments),
        credentials=read_credentials(os.environ),
        output=output,
    )
    for sentence in unknown_settings(os.environ):
        output.note(sentence)
    try:
        report = WIRINGS[command](call)
    except FlakebotError as error:
        return output.failed(command, error)
    except (KeyboardInterrupt, Exception) as error:  # the one place that turns a bug into an exit code
        if _is_interrupt(error):
            return output.failed(command, StoppedError("interrupted", advice="Running it again is safe."))
        return output.broke(command, error)
    return output.report(report)


def stop(command: str, arguments: Sequence[str], error: FlakebotError) -> int:
    """Print why a command could not even begin, and return its exit code."""
    return _output(arguments).failed(command, error)


def _output(arguments: Sequence[str]) -> Output:
    secrets = tuple(os.environ[name] for name in SECRETS if os.environ.get(name))
    return Output(as_json="--json" in arguments, secrets=secrets)


def _heed_interrupts() -> None:
    """End on a signal as on an interrupt from the keyboard: every temporary folder and child goes the same way.

    A workflow's runner sends another one 7.5 seconds after the first, which must not end the tidying up.
    """
    heeded_from = 0.0

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal heeded_from
        now = time.monotonic()
        if now >= heeded_from:
            heeded_from = now + _TIDYING_SECONDS
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what is in its background deaf to SIGINT
        signal.signal(number, interrupt)


def _is_interrupt(error: BaseException | None) -> bool:
    """Return whether an error is an interrupt, or came of one: an interrupted lock of Python may fail by itself."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
