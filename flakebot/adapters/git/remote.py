"""The branches of one remote, read and moved over https. Never without a lease, never with a token in an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flakebot.adapters.git.answers import push_failure, remote_failure
from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.environment import Remote, remote_settings
from flakebot.adapters.process import Completed
from flakebot.errors import HeadMovedError
from flakebot.model import Branch, Sha


class RemoteBranches:
    """Fetches from and pushes to one remote, into and from one repository."""

    def __init__(self, git: GitCommands, remote: Remote) -> None:
        self._git = git
        self._remote = remote

    def fetch(self, wanted: tuple[str, ...], *, depth: int) -> None:
        """Bring commits here, by their names or by refspecs; no branch, tag or ``FETCH_HEAD`` is written."""
        with self.fetching(wanted, depth=depth) as arrive:
            arrive()

    @contextmanager
    def fetching(self, wanted: tuple[str, ...], *, depth: int) -> Iterator[Callable[[], None]]:
        """Begin to fetch, and go on meanwhile; what is yielded waits until all of it is here."""
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", f"--depth={depth}")
        words = ("fetch", *options, "--", self._remote.url, *wanted)

        def arrive() -> None:
            ended = follow()
            if ended.code != 0:
                raise remote_failure("fetch from", self._remote.url, ended.stderr)

        with self._git.beginning(*words, settings=remote_settings(self._remote)) as follow:
            yield arrive

    def heads(self, branches: tuple[Branch, ...]) -> dict[Branch, Sha]:
        """Return where branches stand; one that does not exist is missing."""
        references = {_reference(branch): branch for branch in branches}
        ended = self._reach("ls-remote", "--quiet", "--refs", "--", self._remote.url, *references)
        if ended.code != 0:
            raise remote_failure("read the branches of", self._remote.url, ended.stderr)
        lines = (line.split("\t") for line in ended.stdout.decode(errors="replace").splitlines())
        return {references[name]: Sha(sha) for sha, name in lines if name in references}

    def push(self, sha: Sha, branch: Branch, *, expected: Sha | None) -> None:
        """Move a branch to a commit, only from where it is expected to stand (None: not to exist)."""
        self._push(f"{sha}:{_reference(branch)}", branch, expected=expected or "")

    def delete(self, branch: Branch, *, expected: Sha) -> None:
        """Delete a branch, only while it stands where it is expected to; gone already is fine."""
        try:
            self._push(f":{_reference(branch)}", branch, expected=expected)
        except HeadMovedError:
            if branch in self.heads((branch,)):
                raise

    def _push(self, refspec: str, branch: Branch, *, expected: str) -> None:
        lease = f"--force-with-lease={_reference(branch)}:{expected}"
        options = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no", lease)
        ended = self._reach("push", *options, "--", self._remote.url, refspec)
        if ended.code != 0:
            raise push_failure(branch, self._remote.url, ended.stdout.decode(errors="replace"), ended.stderr)

    def _reach(self, *words: str) -> Completed:
        return self._git.attempt(*words, settings=remote_settings(self._remote))


def head_into(branch: Branch, reference: str) -> str:
    """Return the refspec that keeps a branch's tip under a name of our own."""
    return f"+{_reference(branch)}:{reference}"


def _reference(branch: Branch) -> str:
    return f"refs/heads/{branch}"
