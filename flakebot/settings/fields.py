"""The kinds of value that a setting may have, parsed from text the same way from every source. No I/O."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from flakebot.model import Branch, Fingerprint, Login, Sha

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZES = {"M": 1024**2, "G": 1024**3, "T": 1024**4}
_Text = TypeVar("_Text", bound=str)
_Word = TypeVar("_Word")


def _flatten(value: object, split: Callable[[str], list[str]]) -> object:
    match value:
        case str():
            return tuple(split(value))
        case list() | tuple():
            return tuple(part for item in value for part in (split(item) if isinstance(item, str) else [item]))
        case _:
            return value


def _words(value: object) -> object:
    return _flatten(value, lambda text: [part.strip() for part in re.split(r"[,\n]", text) if part.strip()])


def _several(value: object) -> object:
    return _words(str(value)) if isinstance(value, int) else _words(value)


def _once(values: tuple[_Word, ...]) -> tuple[_Word, ...]:
    if len(set(values)) < len(values):
        raise ValueError("expected each of them once")
    return values


def _arguments(value: object) -> object:
    return _flatten(value, shlex.split) if isinstance(value, str) else _flatten(value, lambda text: [text])


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,7})([smhd])", value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("expected a whole number and a unit, as 90s, 30m, 2h or 7d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _size(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,7})([MGT])", value.strip())
    if found is None:
        raise ValueError("expected a whole number and a unit, as 512M, 8G or 1T")
    return int(found[1]) * _SIZES[found[2]]


def _ages(value: object) -> object:
    """Take ``GLOB=TIME`` apart; a time alone is for every input."""
    words = _words(value)
    return tuple(_age(word) if isinstance(word, str) else word for word in words) if isinstance(words, tuple) else words


def _age(text: str) -> tuple[str, object]:
    glob, equals, age = text.rpartition("=")
    return (glob.strip(), _duration(age)) if equals else ("**", _duration(text))


def _matching(pattern: str, expected: str) -> Callable[[_Text], _Text]:
    compiled = re.compile(pattern)

    def check(value: _Text) -> _Text:
        if compiled.fullmatch(value) is None:
            raise ValueError(f"expected {expected}")
        return value

    return check


def _is_branch(value: str) -> str:
    """Check by the rules of ``git check-ref-format --branch`` that matter for a name that a person chooses."""
    parts = value.split("/")
    is_bad = re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|^-|\.$", value) is not None
    if is_bad or value == "@" or any(not part or part.startswith(".") or part.endswith(".lock") for part in parts):
        raise ValueError("expected a branch's name, as main or flakebot/update")
    return value


def _is_folder(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or ".git" in path.parts or "\\" in value:
        raise ValueError("expected a folder inside the repository, as . or machines/web")
    return str(path)


def _is_program(value: str) -> str:
    """Check that a program is not looked for in the folder where it happens to be started."""
    if not value or value != value.strip() or ("/" in value and not value.startswith("/")):
        raise ValueError("expected a program's name, as on PATH, or its whole path")
    return value


def _fingerprint(value: object) -> object:
    return value.replace(" ", "").upper() if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]
"""Several words: a TOML list, or text separated by commas or new lines."""

Arguments = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_arguments)]
"""Arguments for a program: a TOML list, or text split as a shell splits it."""

Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""A whole number with a unit, as ``30m``."""

Size = Annotated[int, BeforeValidator(_size)]
"""Bytes: a whole number with a unit, as ``8G``, binary units."""

ProgramName = Annotated[str, AfterValidator(_is_program)]

Ages = Annotated[tuple[tuple[str, timedelta], ...], NoDecode, BeforeValidator(_ages)]
"""How old what has to be: ``7d`` for everything, ``nixpkgs=14d`` for what a glob describes."""

BranchName = Annotated[Branch, AfterValidator(_is_branch)]
Folders = Annotated[tuple[Annotated[str, AfterValidator(_is_folder)], ...], NoDecode, BeforeValidator(_words)]
"""Folders inside the repository, or globs over them."""

GroupName = Annotated[
    str,
    AfterValidator(
        _matching(r"(?!held-)[a-z0-9][a-z0-9-]{0,39}", "small letters, digits and hyphens, not beginning with held-")
    ),
]
"""What a branch of the bot's may end in."""

Account = Annotated[
    Login,
    AfterValidator(_matching(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?", "a GitHub account's name, without @")),
]
Commitish = Annotated[Sha, AfterValidator(_matching(r"[0-9a-f]{40}", "a full commit SHA: 40 hexadecimal digits"))]
Commitishes = Annotated[tuple[Commitish, ...], NoDecode, BeforeValidator(_words)]
"""Several commits."""

Numbers = Annotated[tuple[Annotated[int, Field(gt=0)], ...], NoDecode, BeforeValidator(_several), AfterValidator(_once)]
"""Several pull requests, by their numbers, each once."""

Key = Annotated[
    Fingerprint,
    BeforeValidator(_fingerprint),
    AfterValidator(_matching(r"[0-9A-F]{40}", "a full OpenPGP fingerprint: 40 hexadecimal digits, not a short key id")),
]
Keys = Annotated[tuple[Key, ...], NoDecode, BeforeValidator(_words)]
"""Several fingerprints, so that a key can be replaced by its successor without a gap."""

FullName = Annotated[
    str, AfterValidator(_matching(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", "a repository's full name, as owner/name"))
]
Url = Annotated[str, AfterValidator(_matching(r"https://[^\s/?#@]+(/[^\s?#@]*)?", "an https:// address"))]
