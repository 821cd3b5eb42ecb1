"""Start a program, follow what it prints, and leave nothing of it behind. Never a shell, never our own stdin."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import ParamSpec

from msgspec import Struct

from flakebot.adapters.process.conversation import Conversation
from flakebot.adapters.process.family import GRACE, end_family, signal_family
from flakebot.adapters.process.streams import Outflow
from flakebot.errors import MisuseError, UnavailableError
from flakebot.interrupts import look
from flakebot.ports import Progress

KEPT = 64 * 1024 * 1024
"""How many bytes of each output are kept unless the caller wants fewer."""

_SOURCES = {
    "nix": "https://nixos.org/download",
    "git": "the package git",
    **dict.fromkeys(("gpg", "gpgconf"), "the package gnupg"),
    **dict.fromkeys(("prlimit", "setpriv"), "the package util-linux"),
}


class Completed(Struct, frozen=True, kw_only=True):
    """A program that ended by itself. ``code`` is negative for a signal; ``cut`` counts lost bytes of stdout."""

    code: int
    stdout: bytes
    stderr: str
    duration: timedelta
    cut: int = 0


class TimedOut(Struct, frozen=True, kw_only=True):
    """A program that was ended, with all that it had started, because its time was over."""

    stdout: bytes
    stderr: str
    duration: timedelta


Ended = Completed | TimedOut
_P = ParamSpec("_P")


@contextmanager
def running(
    argv: tuple[str, ...],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    limit: timedelta,
    stdin: bytes | None = None,
    progress: Progress | None = None,
    keep: int = KEPT,
    is_joined: bool = False,
) -> Iterator[Callable[[], Ended]]:
    """Start a program and go on meanwhile; what is yielded follows it to its end, or to the end of its time, once.

    Its whole process group ends with it, and when the context is left, also when nobody followed it. Nothing that it
    prints is read before it is followed: then each line of stderr goes to ``progress`` as it comes, and of each output
    the last ``keep`` bytes are returned. ``is_joined`` has it print both to one, as on a terminal: then stdout and
    stderr are the same.
    Raises `MisuseError` when there is no such program and `UnavailableError` when it cannot be started.
    """
    look()
    started = time.monotonic()
    child = _start(_found(argv, environment), cwd, environment, has_stdin=stdin is not None, is_joined=is_joined)
    stderr = Outflow(keep=keep, progress=progress)
    stdout = stderr if is_joined else Outflow(keep=keep)

    def follow() -> Ended:
        _require_unfollowed(child)
        try:
            is_over = not conversation.follow(until=started + limit.total_seconds())
            if is_over:
                signal_family(child, signal.SIGTERM)
                if not conversation.follow(until=time.monotonic() + GRACE):
                    signal_family(child, signal.SIGKILL)
        finally:
            end.close()
        duration = timedelta(seconds=time.monotonic() - started)
        if is_over:
            return TimedOut(stdout=stdout.content(), stderr=stderr.text(), duration=duration)
        return Completed(
            code=child.returncode, stdout=stdout.content(), stderr=stderr.text(), duration=duration, cut=stdout.cut
        )

    with Conversation(child, stdin=stdin, stdout=stdout, stderr=stderr) as conversation, ExitStack() as end:
        end.callback(end_family, child)
        yield follow


def _followed(begin: Callable[_P, AbstractContextManager[Callable[[], Ended]]]) -> Callable[_P, Ended]:
    def begin_and_follow(*arguments: _P.args, **options: _P.kwargs) -> Ended:
        with begin(*arguments, **options) as follow:
            return follow()

    return begin_and_follow


run = _followed(running)
"""Takes what `running` takes, and follows the program to its end at once."""


def _require_unfollowed(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is not None:
        raise RuntimeError(f"{child.args!r} was followed to its end already, or left")


def require_program(name: str, environment: Mapping[str, str]) -> str:
    """Return a program's path. Raises `MisuseError` when it is not on PATH, or not where its path says."""
    path = shutil.which(name, path=environment.get("PATH", ""))
    if path is not None:
        return path
    if os.sep in name:
        raise MisuseError(f"{name} is no program that can be run", advice="Correct its path, or make it executable.")
    source = _SOURCES.get(name, f"the package {name}, or correct its name")
    raise MisuseError(f"the program {name} is not on PATH", advice=f"Install it from {source}.")


def _found(argv: tuple[str, ...], environment: Mapping[str, str]) -> tuple[str, ...]:
    return (require_program(argv[0], environment), *argv[1:])


def _start(
    argv: tuple[str, ...], cwd: Path, environment: Mapping[str, str], *, has_stdin: bool, is_joined: bool
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=environment,
            stdin=subprocess.PIPE if has_stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if is_joined else subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise UnavailableError(
            f"{argv[0]} could not be started in {cwd}: {error.strerror}",
            advice="Look at the machine: is there memory, is the folder still there and readable?",
        ) from error
