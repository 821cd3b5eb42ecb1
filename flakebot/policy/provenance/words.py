"""The words of Nix's language, as far as the literals in a flake.nix need them. Evaluates nothing. No I/O.

Time grows with the length of a text alone, whatever stands in it: whoever owns an input writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct

LONGEST = 256 * 1024
"""Characters of a text that is read; the largest flake.nix that was seen has a tenth of that."""


class UnreadableError(Exception):
    """A text that is not what Nix takes, or more than flakebot reads."""


class Kind(Enum):
    """What a word is."""

    NAME = auto()
    TEXT = auto()
    """A string, a path or an address that says what it is: ``value`` is its content."""
    OPAQUE = auto()
    """Any other literal, such as a string with something to evaluate in it, or a number."""
    MARK = auto()
    """Brackets, separators and operators."""


class Word(Struct, frozen=True):
    """One word."""

    kind: Kind
    value: str


# From lexer.l of Nix. Bounds, where there are none in Nix, keep the search from starting over and over again.
_NEXT = re.compile(
    r"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<comment>/\*)
  | (?P<text>[a-zA-Z][a-zA-Z0-9+.-]{0,64}:[a-zA-Z0-9%/?:@&=+$,_.!~*'-]+
           | (?:~|[a-zA-Z0-9._+-]{0,255})(?:/[a-zA-Z0-9._+-]+)+)
  | (?P<name>[a-zA-Z_][a-zA-Z0-9_'-]*)
  | (?P<opaque>[0-9]+|<[a-zA-Z0-9._+/-]{1,255}>)
  | (?P<quote>"|'')
  | (?P<mark>\.\.\.|\$\{|[!-/:-@\[-`{-~])
    """,
    re.VERBOSE | re.DOTALL,
)
# One piece after the other, since Python 3.11 before 3.11.5 goes wrong where such a choice is repeated possessively.
_PIECES = {
    '"': re.compile(r'[^$"\\]+|\$(?![{"\\])|\$?\\.|\$(?=")', re.DOTALL),
    "''": re.compile(r"[^$']+|\$\$|\$(?!\{)|''\\.|''[$']|'(?!')", re.DOTALL),
}
"""What a string holds up to its end, or up to something to evaluate."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text, without white space and comments. Raises `UnreadableError` where it is cut off."""
    if len(text) > LONGEST:
        raise UnreadableError(f"it has {len(text)} characters, expected {LONGEST} at most")
    return _Reader(text).words()


class _Reader:
    """Reads one text. ``_open`` are the strings around what is to be evaluated here, with the braces open in each."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[tuple[str, int]] = []

    def words(self) -> Iterator[Word]:
        while self._at < len(self._text):
            word = self._next()
            if word is not None and not self._open:
                yield word
        if self._open:
            raise UnreadableError("a string has no end")

    def _next(self) -> Word | None:
        found = _NEXT.match(self._text, self._at)
        if found is None or found.lastgroup is None:
            raise UnreadableError("it holds no word of Nix's language")
        self._at = found.end()
        value = found[0]
        match found.lastgroup:
            case "space":
                return None
            case "comment":
                self._skip_comment()
                return None
            case "quote":
                return self._string(value, is_begun=False)
            case "mark":
                return self._mark(value)
            case kind:
                return Word(Kind[kind.upper()], value)

    def _skip_comment(self) -> None:
        end = self._text.find("*/", self._at)
        if end < 0:
            raise UnreadableError("a comment has no end")
        self._at = end + 2

    def _mark(self, mark: str) -> Word | None:
        if self._open:
            quote, braces = self._open.pop()
            if mark == "}" and not braces:
                return self._string(quote, is_begun=True)
            self._open.append((quote, braces + (mark in {"{", "${"}) - (mark == "}")))
        return Word(Kind.MARK, mark)

    def _string(self, quote: str, *, is_begun: bool) -> Word | None:
        begun = self._at
        while (piece := _PIECES[quote].match(self._text, self._at)) is not None:
            self._at = piece.end()
        content = self._text[begun : self._at]
        if self._text.startswith("${", self._at):
            self._at += 2
            self._open.append((quote, 0))
            return None
        if not self._text.startswith(quote, self._at):
            raise UnreadableError("a string has no end")
        self._at += len(quote)
        if is_begun or quote == "''":
            return Word(Kind.OPAQUE, "")
        return Word(Kind.TEXT, _ESCAPED.sub(lambda escaped: _CONTROLS.get(escaped[1], escaped[1]), content))
