"""CODEOWNERS: whose review a path needs, and what is wrong with the file. Pure.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first that exists is the only one."""
SIZE_LIMIT = 3 * 1024 * 1024
"""Bytes from which on GitHub does not load the file: nobody owns anything then."""

_OWNER = re.compile(r"@[A-Za-z0-9-]+(\[bot\])?(/[A-Za-z0-9._-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+")
_UNSUPPORTED = re.compile(r"^!|[\[\]]|^\\#|\*{3,}")


class OwnerRule(Struct, frozen=True, kw_only=True):
    """One line: what it covers, and who owns that; nobody when it clears the ownership."""

    pattern: str
    owners: tuple[str, ...]

    def covers(self, path: str) -> bool:
        """Whether the line is about a file, given by its path from the root."""
        return _expression(self.pattern).fullmatch(path) is not None


class OwnerError(Struct, frozen=True, kw_only=True):
    """A faulty line, with GitHub's name for the fault. GitHub skips such a line."""

    line: int
    column: int
    kind: str
    source: str
    advice: str


class CodeOwners(Struct, frozen=True, kw_only=True):
    """A CODEOWNERS file, read."""

    rules: tuple[OwnerRule, ...] = ()
    errors: tuple[OwnerError, ...] = ()

    def owners(self, path: str) -> tuple[str, ...]:
        """Return the owners of a path, as written: the last line that covers it wins."""
        return next((rule.owners for rule in reversed(self.rules) if rule.covers(path)), ())


def parse_codeowners(text: str, may_own: Callable[[str], bool]) -> CodeOwners:
    """Read a file. ``may_own`` says whether a name as written exists and has write access."""
    rules: list[OwnerRule] = []
    errors: list[OwnerError] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].split() if not line.startswith("\\#") else line.split()
        if not words:
            continue
        error = _fault(number, line, words, may_own)
        if error is not None:
            errors.append(error)
        if error is None or error.kind == "Unknown owner":
            known = tuple(owner for owner in words[1:] if may_own(owner))
            rules.append(OwnerRule(pattern=words[0], owners=known))
    return CodeOwners(rules=tuple(rules), errors=tuple(errors))


def _fault(number: int, line: str, words: list[str], may_own: Callable[[str], bool]) -> OwnerError | None:
    def error(kind: str, word: str, advice: str = "") -> OwnerError:
        return OwnerError(line=number, column=line.index(word) + 1, kind=kind, source=line, advice=advice)

    if _UNSUPPORTED.search(words[0]):
        return error("Invalid pattern", words[0])
    malformed = next((owner for owner in words[1:] if not _OWNER.fullmatch(owner)), None)
    if malformed is not None:
        return error("Invalid owner", malformed)
    unknown = next((owner for owner in words[1:] if not may_own(owner)), None)
    if unknown is not None:
        return error("Unknown owner", unknown, f"make sure {unknown} exists and has write access to the repository")
    return None


def _expression(pattern: str) -> re.Pattern[str]:
    """Translate a pattern: anchored when it holds a slash before its end, ``dir/*`` without the levels below."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    parts = [".*" if part == "**" else _segment(part) for part in body.split("/")]
    joined = "/".join(parts).replace(".*/", "(?:.*/)?")
    start = "" if anchored else "(?:.*/)?"
    if pattern.endswith("/"):
        return re.compile(f"{start}{joined}/.+")
    below = "" if anchored and body.endswith("/*") else "(?:/.*)?"
    return re.compile(f"{start}{joined}{below}")


def _segment(part: str) -> str:
    pieces = {"*": "[^/]*", "?": "[^/]"}
    return "".join(pieces.get(letter, re.escape(letter)) for letter in part)
