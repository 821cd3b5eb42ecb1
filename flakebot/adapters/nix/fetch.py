"""Fetch a source with Nix into a cache of its own, and say what it is. Evaluates nothing of what is fetched."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.json import decode
from msgspec.structs import replace

from flakebot.adapters.environment import NIX_VARIABLES, allowed_environment
from flakebot.adapters.files import read_plain_file
from flakebot.adapters.nix.argv import fetch_argv, nix_variables
from flakebot.adapters.nix.foreign import why_not_fetched
from flakebot.adapters.nix.log import KEPT, plain_text, reason
from flakebot.adapters.nix.plan import Program
from flakebot.adapters.process import TimedOut, keeping_in, require_program, run
from flakebot.errors import RefusedError
from flakebot.model import Token
from flakebot.model.provenance import Content, ContentAnswer, Fetched, Source, Unknown

_ANY_NIX = Program()


class _Found(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Nix prints about a tree that it fetched."""

    store_path: str
    nar_hash: str
    last_modified: int | None
    rev: str | None
    rev_count: int | None


class NixFetcher:
    """A Nix with an empty folder as its cache: what was fetched for an update is no answer here."""

    def __init__(
        self, cache: Path, *, program: Program = _ANY_NIX, token: Token | None = None, server: str = "github.com"
    ) -> None:
        own = {"XDG_CACHE_HOME": str(cache), "GIT_TERMINAL_PROMPT": "0"}
        self._environment = allowed_environment(NIX_VARIABLES, nix_variables(os.environ, token, server) | own)
        self._cache = cache
        self._program = program

    def fetch(self, question: Content, *, limit: timedelta) -> ContentAnswer:
        """Return what the source gives now, with the flake of the folder that is asked for.

        Old versions of Nix ask GitHub's API for it, and without a token only 60 times an hour; its site gives the same.
        """
        answer, archive = self._fetch(question, limit), _archive(question.source)
        if isinstance(answer, Fetched) or archive is None:
            return answer
        again = self._fetch(replace(question, source=archive), limit)
        return again if isinstance(again, Fetched) else answer

    def _fetch(self, question: Content, limit: timedelta) -> ContentAnswer:
        if (reason_not_to := why_not_fetched(question.source)) is not None:
            return Unknown(reason=reason_not_to)
        argv = fetch_argv(self._program, _document(question.source))
        require_program(argv[0], self._environment)
        ended = run((*keeping_in(), *argv), cwd=self._cache, environment=self._environment, limit=limit, keep=KEPT)
        if isinstance(ended, TimedOut):
            return Unknown(reason=f"Nix did not fetch it within {int(limit.total_seconds())} seconds")
        if ended.code != 0:
            return Unknown(reason=f"Nix says {reason(plain_text(ended.stderr))}")
        try:
            found = decode(ended.stdout, type=_Found)
        except ValueError:
            return Unknown(reason="Nix did not say what it fetched")
        return _fetched(found, question.directory)


def _document(source: Source) -> str:
    return json.dumps(dict(source.attributes))


def _archive(source: Source) -> Source | None:
    """Return a revision of GitHub's as the link that its site has for it."""
    host, owner, name, rev = (source.text(attribute) for attribute in ("host", "owner", "repo", "rev"))
    if source.text("type") != "github" or None in {owner, name, rev}:
        return None
    url = f"https://{host or 'github.com'}/{owner}/{name}/archive/{rev}.tar.gz"
    return Source.of({"type": "tarball", "url": url})


def _fetched(found: _Found, directory: str) -> ContentAnswer:
    tree = Path(found.store_path)
    if not tree.exists():
        return Unknown(reason="Nix did not leave it in its store")
    folder = _inside(tree, directory)
    return Fetched(
        nar_hash=found.nar_hash,
        last_modified=found.last_modified,
        rev=found.rev,
        rev_count=found.rev_count,
        flake=None if folder is None else _bytes(folder / "flake.nix"),
        lock=None if folder is None else _bytes(folder / "flake.lock"),
    )


def _inside(tree: Path, directory: str) -> Path | None:
    """Return a folder of the tree, None when there is none or a link leads out of the tree."""
    if ".." in PurePosixPath(directory).parts:
        return None
    folder = (tree / directory.lstrip("/")).resolve()
    return folder if folder.is_dir() and folder.is_relative_to(tree.resolve()) else None


def _bytes(file: Path) -> bytes | None:
    try:
        return read_plain_file(file)
    except (FileNotFoundError, RefusedError):
        return None
