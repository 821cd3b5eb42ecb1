"""gpg as python-gnupg runs it, with what is used of it. Believes nothing that gpg said while a signal came."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from gnupg import GPG  # type: ignore[import-untyped]  # it ships no types; `Gpg` says what of it is used

from flakebot.errors import UnavailableError
from flakebot.interrupts import heed

_OPTIONS = [
    "--no-auto-key-locate",
    "--no-auto-key-retrieve",
    "--disable-dirmngr",
    *("--pinentry-mode", "loopback"),
    *("--trust-model", "always"),
]

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


class _WatchedGPG(GPG):  # type: ignore[misc]
    """Remembers which processes of gpg it started: python-gnupg itself never ends one."""

    def __init__(self, children: list[subprocess.Popen[bytes]], **options: object) -> None:
        self._children = children
        super().__init__(**options)

    def _open_subprocess(self, *arguments: object, **options: object) -> subprocess.Popen[bytes]:
        child: subprocess.Popen[bytes] = super()._open_subprocess(*arguments, **options)
        self._children.append(child)
        return child


class _HeedingGpg:
    """A gpg whose answer is not believed when a signal came: a terminal sends its own to gpg as well."""

    def __init__(self, gpg: Gpg) -> None:
        self._gpg = gpg
        self.gnupghome = gpg.gnupghome

    def import_keys(self, key_data: bytes) -> Imported:
        """See `Gpg`."""
        with _heeding():
            return self._gpg.import_keys(key_data)

    def list_keys(self, secret: bool) -> Answer:
        """See `Gpg`."""
        with _heeding():
            return self._gpg.list_keys(secret)

    def sign(
        self, message: bytes, *, detach: bool, clearsign: bool, passphrase: str | None, extra_args: list[str]
    ) -> Answer:
        """See `Gpg`."""
        with _heeding():
            return self._gpg.sign(
                message, detach=detach, clearsign=clearsign, passphrase=passphrase, extra_args=extra_args
            )

    def verify_data(self, sig_filename: str, data: bytes) -> Answer:
        """See `Gpg`."""
        with _heeding():
            return self._gpg.verify_data(sig_filename, data)


@contextmanager
def _heeding() -> Iterator[None]:
    """Heed at the end, also where it failed: python-gnupg raises when gpg dies before it has read everything."""
    try:
        yield
    finally:
        heed()


def _started(children: list[subprocess.Popen[bytes]], **options: object) -> Gpg:
    try:
        with _heeding():
            gpg: Gpg = _WatchedGPG(children, **options)
    except (OSError, ValueError) as error:
        raise UnavailableError(
            f"gpg does not work: {error}",
            advice=f"Does `{options['gpgbinary']} --list-config` end without an error?",
        ) from error
    return gpg


@contextmanager
def opened(program: str, home: Path, environment: dict[str, str], *, has_agent: bool) -> Iterator[Gpg]:
    """Let gpg use a home; at the end nothing of it runs. Raises `UnavailableError` when it cannot be run."""
    children: list[subprocess.Popen[bytes]] = []
    options = _OPTIONS if has_agent else [*_OPTIONS, "--no-autostart"]
    try:
        yield _HeedingGpg(_started(children, gpgbinary=program, gnupghome=str(home), options=options, env=environment))
    finally:
        for child in children:
            if child.poll() is None:
                with suppress(OSError), child:
                    child.kill()
