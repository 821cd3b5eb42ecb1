"""Looks for secrets in everything that a rehearsal wrote, sent or showed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.people import Secrets
from flakebot.rehearsal.world import World


def needles(secrets: Secrets) -> dict[str, bytes]:
    """Return what to look for: each token, as such and as git sends it, each line of the key, the passphrase."""
    tokens = {
        "author's token": secrets.author_token,
        "approver's token": secrets.approver_token,
        "job's token": secrets.job_token,
        "owner's token": secrets.owner_token,
    }
    sent = {f"{name} as git sends it": b64encode(f"x-access-token:{text}".encode()) for name, text in tokens.items()}
    armour = [line for line in secrets.key.private.reveal().splitlines() if len(line) > 20 and "-----" not in line]
    return {
        **{name: text.encode() for name, text in tokens.items()},
        **sent,
        **{f"line {number} of the key": line.encode() for number, line in enumerate(armour, 1)},
        "passphrase": secrets.key.passphrase.reveal().encode(),
    }


def written(world: World) -> dict[str, bytes]:
    """Return all that a rehearsal has written or sent, by its place: files, git objects, pages, requests."""
    return {**dict(_files(world.folder)), **dict(_objects(world.folder)), **_conversation(world)}


def leaks(secrets: Secrets, places: Mapping[str, bytes]) -> list[str]:
    """Return every secret that stands somewhere, with its place."""
    found = needles(secrets)
    return sorted(f"{name} in {place}" for place, text in places.items() for name in found if found[name] in text)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path.read_bytes()


def _objects(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the contents of all objects of all repositories: packed ones show nothing in their files."""
    for head in folder.rglob("HEAD"):
        if (head.parent / "objects").is_dir():
            objects = subprocess.run(
                ("git", "cat-file", "--batch-all-objects", "--batch", "--buffer"),
                cwd=head.parent,
                env={"PATH": os.environ["PATH"], "GIT_DIR": str(head.parent)},
                check=True,
                capture_output=True,
            )
            yield f"objects of {head.parent.relative_to(folder)}", objects.stdout


def _conversation(world: World) -> dict[str, bytes]:
    """Return what stands on GitHub's pages, and what was asked for in URLs."""
    pulls = {f"#{pull.number}": _words(pull) for pull in world.consumer.pulls()}
    statuses = [f"{status.description} {status.target_url}" for status in world.consumer.state.statuses]
    requests = [f"{found.path}?{found.query} {found.user_agent}" for found in world.github.requests.all()]
    texts: dict[str, list[str | None]] = {**pulls, "statuses": [*statuses], "requests": [*requests]}
    return {name: "\n".join(line or "" for line in lines).encode() for name, lines in texts.items()}


def _words(pull: PullRequest) -> list[str | None]:
    comments, reviews = (comment.body for comment in pull.comments), (review.body for review in pull.reviews)
    return [pull.title, pull.body, *comments, *reviews]


_TOOLS = ("git", "gpg", "gpgconf", "nix", "prlimit", "setpriv")
"""The programs that flakebot starts, each by its name."""

_NOTED = """\
#!/bin/sh
# Notes how the program was called, in a file of this process, and becomes the program.
printf '%s\\0' "$0" "$@" >>{notes}/$$
exec {program} "$@"
"""


class CommandLines:
    """Collects the arguments of processes while the block runs.

    What is started by its name from PATH is noted before it begins, however short it lives; all other processes of
    this machine are looked at every few milliseconds.
    """

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._path = os.environ.get("PATH", os.defpath)

    def __enter__(self) -> CommandLines:
        self._folder = Path(tempfile.mkdtemp(prefix="command-lines-"))
        _note_calls(self._folder, self._path)
        os.environ["PATH"] = f"{self._folder / 'bin'}{os.pathsep}{self._path}"
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()
        os.environ["PATH"] = self._path
        self._seen.update(self._noted())
        shutil.rmtree(self._folder)

    def text(self) -> bytes:
        """Return all command lines that were seen."""
        return b"\n".join({*self._seen, *self._noted()})

    def _noted(self) -> tuple[bytes, ...]:
        return tuple(path.read_bytes() for path in (self._folder / "notes").glob("*"))

    def _collect(self) -> None:
        while not self._is_over.wait(0.015):
            self._seen.update(map(_arguments, Path("/proc").glob("[0-9]*")))


def _note_calls(folder: Path, path: str) -> None:
    """Put a program in front of each of the tools that are there."""
    for name in ("bin", "notes"):
        (folder / name).mkdir()
    for tool in _TOOLS:
        program = shutil.which(tool, path=path)
        if program is not None:
            notes = shlex.quote(str(folder / "notes"))
            (folder / "bin" / tool).write_text(_NOTED.format(notes=notes, program=shlex.quote(program)))
            (folder / "bin" / tool).chmod(0o755)


def _arguments(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
