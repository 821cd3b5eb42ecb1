"""Ask a git server for a ref and its history. Reads commits alone, anonymously; keeps nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from flakebot.adapters.git.answers import last_words
from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.environment import Remote, Setting, remote_settings
from flakebot.adapters.process import Completed
from flakebot.model.provenance import IsOnRef, OnRefAnswer, Unknown

_REDIRECTS: Setting = ("http.followRedirects", "initial")
"""Repositories get new names and their hosts lead there, as they do for Nix; no credentials are sent here."""

KEPT = "refs/flakebot/asked"
"""What the fetched tip is called."""

BRANCHES = "refs/heads/"
"""What the full name of a branch begins with."""

_DEFAULT = "HEAD"
_PEELED = "^{}"
_SYMBOLIC = "ref: "


class Tip(Struct, frozen=True, kw_only=True):
    """Where a ref stands: its full name, and the commit, which for a tag is the one that it is a tag of."""

    name: str
    sha: str


def tip_of(remote: Remote, ref: str | None) -> Tip | Unknown:
    """Return where the ref stands now; a branch goes before a tag, as for Nix.

    No ref is the default branch, by its name where the server tells it.
    """
    names = _names(ref)
    with _scratch() as folder:
        git = _commands(folder, remote)
        ended = _reach(git, remote, "ls-remote", "--quiet", "--symref", "--", remote.url, *names)
    if ended.code != 0:
        return Unknown(reason=f"git says {last_words(ended.stderr)}")
    lines = ended.stdout.decode(errors="replace").splitlines()
    named, found = (_listed(lines, is_symbolic=is_symbolic) for is_symbolic in (True, False))
    tips = (Tip(name=_own_name(name, named), sha=found[name]) for name in names if name in found)
    return next(tips, Unknown(reason=f"it has no {ref or 'default branch'}"))


def _listed(lines: Iterable[str], *, is_symbolic: bool) -> Mapping[str, str]:
    """Return what each ref is by a listing: the ref that it stands for (`ref: …`), or the commit at which it stands."""
    parts = (line.partition("\t") for line in lines if line.startswith(_SYMBOLIC) is is_symbolic)
    return {name: value.removeprefix(_SYMBOLIC) for value, _, name in parts}


def _own_name(name: str, named: Mapping[str, str]) -> str:
    branch = named.get(name, "")
    return branch if name == _DEFAULT and branch.startswith(BRANCHES) else name.removesuffix(_PEELED)


def leads_to(remote: Remote, tip: Tip, rev: str) -> OnRefAnswer:
    """Return whether the whole history of the ref has the revision in it."""
    with history(remote, tip) as git:
        if isinstance(git, Unknown):
            return git
        return IsOnRef(holds=is_ancestor(git, rev, KEPT))


@contextmanager
def history(remote: Remote, tip: Tip, *options: str) -> Iterator[GitCommands | Unknown]:
    """Fetch the commits that lead to a tip, and nothing but commits: git in a folder where they are `KEPT`."""
    with _scratch() as folder:
        git = _commands(folder, remote)
        git.init("--quiet", "--bare", "--template=", ".")
        words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=tree:0", *options)
        ended = _reach(git, remote, "fetch", *words, "--", _address(remote), f"+{tip.name}:{KEPT}")
        yield git if ended.code == 0 else Unknown(reason=f"git says {last_words(ended.stderr)}")


def is_ancestor(git: GitCommands, rev: str, of: str) -> bool:
    """Whether one revision led to another, as far as they were fetched."""
    return git.attempt("merge-base", "--is-ancestor", rev, of).code == 0


def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="flakebot-refs-")


def _commands(folder: str, remote: Remote) -> GitCommands:
    """Return git for one conversation. A folder of this machine may be another account's: it is only read."""
    return GitCommands(Path(folder), safe=(Path(remote.url), Path(remote.url, ".git")) if _is_local(remote) else ())


def _reach(git: GitCommands, remote: Remote, *words: str) -> Completed:
    return git.attempt(*words, settings=(*remote_settings(remote), _REDIRECTS))


def _address(remote: Remote) -> str:
    """Return the address for which a filter counts: what has a bare path is copied as a whole."""
    return f"file://{remote.url}" if _is_local(remote) else remote.url


def _is_local(remote: Remote) -> bool:
    return remote.protocol == "file"


def _names(ref: str | None) -> tuple[str, ...]:
    if ref is None:
        return (_DEFAULT,)
    return (ref,) if ref.startswith("refs/") else (f"{BRANCHES}{ref}", f"refs/tags/{ref}{_PEELED}", f"refs/tags/{ref}")
