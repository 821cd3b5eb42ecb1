"""Start over without secrets. A process that runs foreign code must not even have been started with one.

What is imported here is paid for twice.
"""

from __future__ import annotations

import os
import sys

from flakebot.adapters.environment import NIX_VARIABLES, is_allowed
from flakebot.errors import UnavailableError
from flakebot.settings.secrets import SECRETS

KEPT = {
    "GITHUB_ACTIONS",
    "GITHUB_API_URL",
    "GITHUB_OUTPUT",
    "GITHUB_REPOSITORY",
    "GITHUB_SERVER_URL",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_WORKSPACE",
    "RUNNER_DEBUG",
    "RUNNER_TEMP",
}
"""What a runner gives that is needed; in the action `scripts/action-run` keeps it, too."""


def leave_secrets_behind() -> None:
    """Replace this process by one with an allow-listed environment, unless it has one already.

    Removing a variable from ``os.environ`` is not enough: ``/proc/PID/environ`` goes on showing what a process
    was started with to every other process of the same user, as an unsandboxed builder is.
    Raises `UnavailableError` when the system does not let it start over.
    """
    kept = {name: value for name, value in os.environ.items() if _is_kept(name)}
    if kept != dict(os.environ):
        sys.stdout.flush()
        sys.stderr.flush()
        _start_over(kept)


def _start_over(environment: dict[str, str]) -> None:
    try:
        os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606  # this very program, no shell
    except OSError as error:
        raise UnavailableError(
            f"could not start over without secrets: {error.strerror}: {sys.executable or 'no Python is known'}",
            advice="Is the Python that it was started with still there? Nothing was done; run it again.",
        ) from error


def _is_kept(name: str) -> bool:
    if name in SECRETS:
        return name == "FLAKEBOT_NIX_TOKEN"
    return name.startswith("FLAKEBOT_") or name in KEPT or name in NIX_VARIABLES or is_allowed(name)
