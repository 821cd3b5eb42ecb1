"""The errors that end a command, one class per exit code. Messages are sentences for the person who reads them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What each exit code of flakebot means."""

    DONE = 0
    """Done, unchanged, or waiting; the outcome says which."""
    REFUSED = 1
    """Refused, held or broken: a person should look."""
    MISUSE = 2
    """Misuse or misconfiguration; the message says what to change."""
    BUG = 3
    """A bug in flakebot."""
    UNAVAILABLE = 4
    """Nix, git, gpg or GitHub failed; running again may help."""
    INTERRUPTED = 130
    """Interrupted from the keyboard or by a signal."""


class FlakebotError(Exception):
    """Something that ends the command: what happened, and separately what to do about it."""

    exit_code = ExitCode.BUG

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class MisuseError(FlakebotError):
    """The command line, the configuration, a token or a key is not what it must be; nothing was written."""

    exit_code = ExitCode.MISUSE


class AbsentError(MisuseError):
    """What was named is not there, or the token may not see it."""


class RefusedError(FlakebotError):
    """What was found must not go further without a person."""

    exit_code = ExitCode.REFUSED


class UnavailableError(FlakebotError):
    """A tool or a server failed; running again may help."""

    exit_code = ExitCode.UNAVAILABLE


class StoppedError(FlakebotError):
    """Somebody ended the command from the keyboard or by a signal."""

    exit_code = ExitCode.INTERRUPTED


class HeadMovedError(FlakebotError):
    """The head is no longer the commit that was judged: whatever was concluded about it is void."""

    exit_code = ExitCode.REFUSED
