"""GitPython's commands, started through our own door. Never with an inherited environment, never without an end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flakebot.adapters.git.environment import Setting, git_environment
from flakebot.adapters.process import Completed, Ended, TimedOut, run, running
from flakebot.errors import FlakebotError, MisuseError, RefusedError, UnavailableError
from flakebot.later import open_packages

open_packages("git", "gitdb")  # whole, git would run git twice, with all of our environment, and load much for others

from git.cmd import Git  # noqa: E402

LIMIT = timedelta(minutes=10)
"""How long one git command may take."""

_ABSENT = (
    "not a valid object name",
    "not a tree object",
    "bad object",
    "bad revision",
    "needed a single revision",
    "unable to read tree",
    "unknown revision",
)


class GitCommands(Git):
    """``commands.cat_file("--batch", istream=b"…")`` and the like, in one folder; each returns the bytes of stdout.

    GitPython itself would hand git the whole of ``os.environ``, with its secrets and its ``GIT_*``, and would end
    git alone, but not its children, when the time is over.
    """

    GIT_PYTHON_GIT_EXECUTABLE = "git"

    def __init__(self, folder: Path, *, safe: Iterable[Path] = ()) -> None:
        super().__init__(str(folder))
        self._folder = folder
        self._safe = tuple(safe)

    def execute(  # type: ignore[override]  # takes a part of what GitPython's takes, and returns nothing but bytes
        self, command: Sequence[str], istream: bytes | None = None, *, env: Mapping[str, str] | None = None
    ) -> bytes:
        """Run git and return what it printed. Raises `MisuseError` for an object that is not there."""
        ended = self._run(tuple(command), istream, git_environment(safe=self._safe) | dict(env or {}))
        if ended.code != 0:
            raise local_failure(command[1], ended.stderr)
        return ended.stdout

    def attempt(self, *words: str, settings: Iterable[Setting] = ()) -> Completed:
        """Run git with settings of its own and return how it ended, whatever its code."""
        return self._run(("git", *words), None, git_environment(*settings, safe=self._safe))

    @contextmanager
    def beginning(self, *words: str, settings: Iterable[Setting] = ()) -> Iterator[Callable[[], Completed]]:
        """Start git as `attempt` does, and go on meanwhile; what is yielded waits for its end. Leaving ends it."""
        environment = git_environment(*settings, safe=self._safe)
        with running(("git", *words), cwd=self._folder, environment=environment, limit=LIMIT) as follow:
            yield lambda: _whole(words[0], follow())

    def _run(self, argv: tuple[str, ...], stdin: bytes | None, environment: Mapping[str, str]) -> Completed:
        return _whole(argv[1], run(argv, cwd=self._folder, environment=environment, limit=LIMIT, stdin=stdin))


def _whole(command: str, ended: Ended) -> Completed:
    if isinstance(ended, TimedOut):
        raise UnavailableError(f"git {command} did not end within {LIMIT}", advice="Run it again later.")
    if ended.cut:
        raise RefusedError(
            f"git {command} printed more than flakebot reads", advice="No lock is that large; look at what is in it."
        )
    return ended


def local_failure(command: str, stderr: str) -> FlakebotError:
    """Return what a failed command means that spoke with no server."""
    said = " ".join(stderr.split()) or "it said nothing"
    if any(sign in said.lower() for sign in _ABSENT):
        return MisuseError(
            f"git {command} did not find what was named: {said}",
            advice="Is the name right, and the history here? A shallow checkout needs more depth (fetch-depth: 0).",
        )
    return UnavailableError(
        f"git {command} failed: {said}", advice="Look at the repository: `git fsck`, free disk space."
    )
