"""argv → settings → wiring → command → exit code. The only room that prints or exits; judges nothing itself."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from flakebot import __version__
from flakebot.errors import ExitCode, MisuseError, UnavailableError

COMMANDS = {
    "update": "update flake.lock and check exactly that update; needs no secret",
    "propose": "sign the update as the author, push it and open its pull request",
    "verify": "judge a pull request, or a range of a local repository",
    "approve": "judge a pull request as the second account, wait for its checks, approve it",
    "merge": "merge exactly the commit that was approved",
    "diff": "compare two locks by input path and judge the difference",
    "whoami": "say whose token this is, and whether it fits its role",
    "rehearse": "play the whole way against a stand-in GitHub on this machine",
}

_FOREIGN = {"update"}
"""Commands that run foreign code: they start over without any secret in their process."""

_USAGE = """\
usage: flakebot COMMAND [OPTION ...]

Keeps the flake.lock of a Nix repository up to date, proves every update, and lets nothing else through.

commands:
{commands}

options:
  -h, --help  this text; `flakebot COMMAND --help` says what a command takes
  --version   the version

A setting is a command's option, FLAKEBOT_… in the environment, or a line of .github/flakebot.toml on the base
branch, in that order. Exit codes: 0 done or waiting, 1 refused or broken, 2 misuse, 3 a bug, 4 try again.
"""


def usage() -> str:
    """Return what ``flakebot --help`` prints."""
    width = max(map(len, COMMANDS))
    return _USAGE.format(commands="\n".join(f"  {name:{width}}  {said}" for name, said in COMMANDS.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    gc.disable()  # a call is short; on a lock of 50,000 nodes collecting took a fifth of the time
    atexit.register(gc.freeze)  # nor does the end have to look through all that was imported: a tenth of a second
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    match words:
        case [] | ["-h" | "--help", *_]:
            print(usage(), end="", file=sys.stdout if words else sys.stderr)
            return 0 if words else 2
        case ["--version", *_]:
            print(f"flakebot {__version__}")
            return 0
        case [command, *rest] if command in COMMANDS:
            try:
                return _call(command, rest)
            except KeyboardInterrupt:  # before signals are noted, or while the end was told
                print("flakebot: interrupted", file=sys.stderr)
                return ExitCode.INTERRUPTED
        case [command, *_]:
            from difflib import get_close_matches  # noqa: PLC0415

            close = get_close_matches(command, COMMANDS, n=1)
            hint = f"Did you mean `{close[0]}`?" if close else "Run `flakebot --help` for the commands."
            from flakebot.cli.call import stop  # noqa: PLC0415

            return stop(command, words, MisuseError(f"there is no command `{command}`", advice=hint))
    return 2


def _call(command: str, arguments: Sequence[str]) -> int:
    # Imported here: --help must not pay for what it does not use, nor a process that is replaced at once.
    if command in _FOREIGN:
        from flakebot.cli.isolation import leave_secrets_behind  # noqa: PLC0415

        try:
            leave_secrets_behind()
        except UnavailableError as error:
            from flakebot.cli.call import stop  # noqa: PLC0415

            return stop(command, arguments, error)
    from flakebot.interrupts import listening  # noqa: PLC0415

    with listening():
        os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # nobody's, and it need not look for them
        from flakebot.cli.call import run  # noqa: PLC0415

        return run(command, COMMANDS[command], arguments)
