"""A home for gpg that lives no longer than the command. Never the user's own keyring, agent or configuration."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from flakebot.adapters.environment import allowed_environment
from flakebot.adapters.gpg.client import Gpg, opened
from flakebot.adapters.gpg.leftovers import PREFIX, abandoned, owned
from flakebot.adapters.process import require_program, run
from flakebot.errors import FlakebotError, UnavailableError
from flakebot.interrupts import heed, undisturbed

LONGEST = 85
"""gpg's sockets lie in its home, and a socket's path has room for some 100 characters."""

_AGENT_CONFIGURATION = "s2k-count 65536\n"
"""The agent protects an imported key anew before its first use; finding out what takes 0.1 s would take it 1 s."""

_AGENT_LIMIT = timedelta(seconds=20)


@contextmanager
def temporary_gpg(*, has_agent: bool) -> Iterator[Gpg]:
    """Give gpg an empty home that nobody else may enter; at the end its agent is gone, and so is the home.

    Only private keys need an agent; gpg would start one for public keys too.
    First of all the homes end that a killed process had to leave behind, for they may hold a private key.
    """
    environment = allowed_environment(extra={"LC_ALL": "C"})
    program = require_program("gpg", environment)
    folder = _short_folder()
    with abandoned(folder) as homes:
        for left in homes:
            heed()
            _remove(left, environment)
    heed()
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    with owned(home):
        try:
            (home / "gpg-agent.conf").write_text(_AGENT_CONFIGURATION)
            with opened(program, home, environment, has_agent=has_agent) as gpg:
                yield gpg
        finally:
            _remove(home, environment)


def _short_folder() -> Path:
    """Return a folder for temporary files whose path leaves room for a socket's."""
    candidates = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))  # noqa: S108  # mkdtemp below it is ours alone
    for folder in candidates:
        if len(str(folder)) + len(f"/{PREFIX}12345678") < LONGEST and folder.is_dir():
            return folder
    raise UnavailableError(
        f"{candidates[0]} is too long a path for gpg's sockets", advice="Set TMPDIR to a folder with a short path."
    )


def _remove(home: Path, environment: dict[str, str]) -> None:
    with undisturbed():
        shutil.rmtree(home / "private-keys-v1.d", ignore_errors=True)  # first, for ending an agent may take long
        _end_agent(home, environment)
        shutil.rmtree(home, ignore_errors=True)


def _end_agent(home: Path, environment: dict[str, str]) -> None:
    """End the agent that gpg started, if it did; where there is no inotify it would notice only after a minute.

    One that is gone already is no failure: its home goes next.
    """
    if any(home.glob("S.*")):
        with suppress(FlakebotError):
            run(
                ("gpgconf", "--homedir", str(home), "--kill", "all"),
                cwd=home,
                environment=environment,
                limit=_AGENT_LIMIT,
            )
