"""What Nix printed, as text that can be stored and shown. Pure; never longer than its limit, no terminal codes."""

from __future__ import annotations

import re

from flakebot.errors import MisuseError

KEPT = 256 * 1024
"""How many bytes of a log are kept, from its end."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNREACHABLE = re.compile(
    r"could not resolve host|couldn't resolve host|couldn't connect|failed to connect"
    r"|timed out|timeout was reached|connection (refused|reset)|rate limit|http error (429|5\d\d)|temporary failure",
    re.IGNORECASE,
)

_DENIED = re.compile(r"http error 40[134]\b", re.IGNORECASE)
_INPUT = re.compile(r"while (?:updating|fetching) the flake input '([^']+)'")
_GIT = re.compile(r"\bgit\b", re.IGNORECASE)
_REMOTE_IS_MUTE = "fatal: Could not read from remote repository."
_ADVICE = "(use '--show-trace'"
"""What older versions of Nix (2.8 for one) end with; whoever reads flakebot cannot follow it."""


def plain_text(text: str) -> str:
    """Return text without terminal escapes and control characters; a lone carriage return ends a line."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))


def plain_line(line: str) -> str:
    """Return one line of progress as it can be printed."""
    return plain_text(line).replace("\n", " ")


def is_unreachable(log: str) -> bool:
    """Whether Nix failed because something on the network did not answer, so that trying again may help."""
    return bool(_UNREACHABLE.search(log))


def is_denied(log: str) -> bool:
    """Whether a server showed nothing to whoever asked: it is not there, or private."""
    return bool(_DENIED.search(log))


def require_known_arguments(log: str) -> None:
    """Raise `MisuseError` when Nix began by not knowing an argument: that says nothing about the flake."""
    if log.startswith("error: unrecognised flag"):
        raise MisuseError(f"Nix says {reason(log)}", advice="Correct `nix-arguments` or `check-arguments`.")


def failing_input(log: str) -> str:
    """Return the path of the input that Nix was at when it failed, empty where its log does not tell."""
    return next(reversed(_INPUT.findall(log)), "")


def reason(log: str) -> str:
    """Return why Nix failed, in its own words: from its last ``error:`` on, in one line, at most 600 characters.

    Of git, Nix may only say that it failed: what git itself said of that comes before the error, and here behind it.
    """
    lines = [line.strip() for line in log.splitlines() if line.strip() and not line.strip().startswith(_ADVICE)]
    starts = [number for number, line in enumerate(lines) if line.startswith("error:")]
    said = " ".join(lines[starts[-1] :] if starts else lines[-1:])
    cause = _cause_by_git(lines[: starts[0]]) if starts and _GIT.search(said) else ""
    return (f"{said}: {cause}" if cause else said)[:600] or "it said nothing"


def _cause_by_git(lines: list[str]) -> str:
    """Return git's own last words before Nix's error, or where it went on after them, its first ones."""
    warned = [number for number, line in enumerate(lines) if line.startswith("warning:")]
    last = lines[warned[-1] + 1 :] if warned else lines
    return _fatal(last) or _fatal(lines)


def _fatal(lines: list[str]) -> str:
    """Return git's first ``fatal:``, or the line before one that only says that there was no answer: it says why."""
    found = next((number for number, line in enumerate(lines) if line.startswith("fatal:")), None)
    if found is None:
        return ""
    return lines[found - 1 if lines[found] == _REMOTE_IS_MUTE and found else found]
