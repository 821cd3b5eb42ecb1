"""Run one command: mask what is secret, wire, run, print the report, turn every end into an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence

from flakebot.cli.output import Output
from flakebot.cli.request import Call
from flakebot.cli.wiring import WIRINGS
from flakebot.errors import FlakebotError, StoppedError
from flakebot.settings.credentials import read_credentials
from flakebot.settings.secrets import SECRETS
from flakebot.settings.sources import unknown_settings


def run(command: str, description: str, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Whatever happens, no traceback and no secret is printed."""
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


def _is_interrupt(error: BaseException | None) -> bool:
    """Return whether an error is an interrupt, or came of one: tidying up may fail after it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
