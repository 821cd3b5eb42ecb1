"""A home for gpg that lives no longer than the command. Never the user's own keyring, agent or configuration."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from gnupg import GPG  # type: ignore[import-untyped]  # it ships no types; `Gpg` says what of it is used

from flakebot.adapters.environment import allowed_environment
from flakebot.adapters.gpg.leftovers import PREFIX, abandoned, owned
from flakebot.adapters.process import require_program, run
from flakebot.errors import FlakebotError, UnavailableError
from flakebot.interrupts import undisturbed

LONGEST = 85
"""gpg's sockets lie in its home, and a socket's path has room for some 100 characters."""

_OPTIONS = [
    "--no-auto-key-locate",
    "--no-auto-key-retrieve",
    "--disable-dirmngr",
    *("--pinentry-mode", "loopback"),
    *("--trust-model", "always"),
]
_AGENT_CONFIGURATION = "s2k-count 65536\n"
"""The agent protects an imported key anew before its first use; finding out what takes 0.1 s would take it 1 s."""

_AGENT_LIMIT = timedelta(seconds=20)

logging.getLogger("gnupg").disabled = True  # at DEBUG it would log the first bytes of an imported private key


class Imported(Protocol):
    """What python-gnupg answers to an import: how many keys there were, and how many private ones."""

    count: int
    sec_read: int


class Answer(Protocol):
    """What python-gnupg answers otherwise: what gpg printed, and its status lines among its messages."""

    data: bytes
    stderr: str


class Gpg(Protocol):
    """The part of python-gnupg's ``GPG`` that is used here. It raises nothing when gpg fails.

    It reads and writes Latin-1, in which no byte is an error: a user id of any bytes cannot break it, but what is
    written has to be bytes, or ASCII, or text that stands for bytes.
    """

    gnupghome: str

    def import_keys(self, key_data: bytes) -> Imported:
        """Import armoured keys, private ones without asking for their passphrase."""

    def list_keys(self, secret: bool) -> Answer:
        """List all keys with all fingerprints, in colon format."""

    def sign(
        self, message: bytes, *, detach: bool, clearsign: bool, passphrase: str | None, extra_args: list[str]
    ) -> Answer:
        """Sign bytes."""

    def verify_data(self, sig_filename: str, data: bytes) -> Answer:
        """Verify the detached signature in a file over bytes."""


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
            _remove(left, environment)
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    with owned(home):
        try:
            (home / "gpg-agent.conf").write_text(_AGENT_CONFIGURATION)
            options = _OPTIONS if has_agent else [*_OPTIONS, "--no-autostart"]
            yield GPG(gpgbinary=program, gnupghome=str(home), options=options, env=environment)
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
