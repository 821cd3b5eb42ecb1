"""The stand-in's one door to git. Never reads the configuration of the machine or of a user."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from flakebot.rehearsal.finished import finished

LIMIT_SECONDS = 60
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
}
"""All that a git process of the stand-in sees of the surrounding environment."""


class GitFailureError(Exception):
    """git ended with an error; the message holds its arguments and what it said."""


def completed(
    folder: Path, *arguments: str, given: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder and return how it ended."""
    seen = {**ENVIRONMENT, **(environment or {})}
    return finished(("git", *arguments), cwd=folder, environment=seen, limit=LIMIT_SECONDS, given=given)


def output(folder: Path, *arguments: str, given: bytes = b"", environment: dict[str, str] | None = None) -> bytes:
    """Run git and return what it wrote to stdout. Raises `GitFailureError` unless it succeeded."""
    result = completed(folder, *arguments, given=given, environment=environment)
    if result.returncode:
        raise GitFailureError(f"git {' '.join(arguments)}: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout
