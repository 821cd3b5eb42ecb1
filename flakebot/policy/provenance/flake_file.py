"""Read what a flake.nix declares, without evaluating it. No I/O.

Nix takes inputs from literals alone: an input that has to be computed is an error there, so that reading is enough.
The text is that of the parent's own revision, which whoever writes the lock does not control.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flakebot.lock.node import Attributes, Path
from flakebot.model.provenance import Unknown
from flakebot.policy.provenance.flakeref import asked_by
from flakebot.policy.provenance.words import Kind, UnreadableError, Word, words

_DEEPEST = 32
_BRACKETS = {"(": ")", "[": "]", "{": "}", "${": "}"}
_OF_INPUT = frozenset({"flake", "follows", "inputs", "url"})

Literal = str | bool | int | dict[str, "Literal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is said of an input, and of its inputs. ``asked`` is None where that is nothing, or in words not known."""

    asked: Attributes | None
    follows: Path | None
    is_flake: bool
    inputs: Mapping[str, Declared]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakeFile:
    """A flake.nix: its inputs, and the names that its outputs take as arguments, each an input as well."""

    inputs: Mapping[str, Declared] = field(default_factory=dict)
    arguments: frozenset[str] = frozenset()

    def declared(self, path: Path) -> Declared | None:
        """Return what is said of an input, or of an input of one; None when nothing is."""
        inputs, found = self.inputs, None
        for name in path:
            found = inputs.get(name)
            if found is None:
                return None
            inputs = found.inputs
        return found

    def declares(self, name: str) -> bool:
        """Whether there is an input of that name."""
        return name in self.inputs or name in self.arguments


def read_flake(text: bytes) -> FlakeFile:
    """Read a flake.nix. Raises `UnreadableError` where it is not one, or says more than literals can."""
    try:
        return _Parser(tuple(words(text.decode()))).flake()
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8") from error


def flake_from(text: bytes) -> FlakeFile | Unknown:
    """Read a flake.nix, or say why nothing can be said of it."""
    try:
        return read_flake(text)
    except UnreadableError as error:
        return Unknown(reason=f"a flake.nix cannot be read: {error}")


class _Parser:
    """Goes through the words once."""

    def __init__(self, found: tuple[Word, ...]) -> None:
        self._words = found
        self._at = 0
        self._arguments = frozenset[str]()

    def flake(self) -> FlakeFile:
        self._take_name("rec")
        literals = self._attributes(depth=0)
        inputs = literals.get("inputs", {})
        if not isinstance(inputs, dict):
            raise UnreadableError("its inputs are no attribute set")
        return FlakeFile(inputs=_inputs(inputs), arguments=self._arguments)

    def _attributes(self, *, depth: int) -> dict[str, Literal]:
        """Read an attribute set; at the top, only what belongs to ``inputs`` has to be literal."""
        if depth > _DEEPEST:
            raise UnreadableError(f"its inputs are nested more than {_DEEPEST} deep")
        self._expect("{")
        found: dict[str, Literal] = {}
        while not self._take("}"):
            path = self._path()
            self._expect("=")
            if depth or path[0] == "inputs":
                _put(found, path, self._literal(depth=depth + len(path)))
                self._expect(";")
            else:
                if path == ("outputs",):
                    self._arguments = self._formals()
                self._skip()
        return found

    def _path(self) -> Path:
        path = [self._key()]
        while self._take("."):
            path.append(self._key())
        return tuple(path)

    def _key(self) -> str:
        word = self._next()
        if word.kind not in {Kind.NAME, Kind.TEXT}:
            raise UnreadableError(f"an attribute is named {word.value!r}, expected a plain name")
        return word.value

    def _literal(self, *, depth: int) -> Literal:
        word = self._peek()
        if word == Word(Kind.MARK, "{"):
            return self._attributes(depth=max(depth, 1))
        self._at += 1
        match word.kind, word.value:
            case Kind.TEXT, value:
                return value
            case Kind.NAME, ("true" | "false") as value:
                return value == "true"
            case Kind.OPAQUE, value if value.isdecimal():
                return int(value[:20])
            case _:
                raise UnreadableError("an input is not said by a literal")

    def _formals(self) -> frozenset[str]:
        """Return the names in ``{ self, nixpkgs, ... }:`` or ``inputs@{ … }:`` without going on."""
        at = self._at
        if self._word(at).kind is Kind.NAME and self._word(at + 1).value == "@":
            at += 2
        names = set[str]()
        if self._word(at) == Word(Kind.MARK, "{"):
            while (word := self._word(at := at + 1)) != Word(Kind.MARK, "}"):
                is_formal = self._word(at - 1).value in {"{", ","} and self._word(at + 1).value in {",", "}", "?"}
                if word.kind is Kind.NAME and is_formal:
                    names.add(word.value)
        return frozenset(names)

    def _skip(self) -> None:
        """Go behind an expression: to the semicolon that belongs to no bracket, ``let``, ``with`` or ``assert``."""
        closing: list[str] = []
        while True:
            word = self._next()
            if word.kind is Kind.MARK and word.value in _BRACKETS:
                closing.append(_BRACKETS[word.value])
            elif word.kind is Kind.NAME and word.value in {"let", "with", "assert"}:
                closing.append("in" if word.value == "let" else ";")
            elif closing and word.value == closing[-1] and word.kind in {Kind.MARK, Kind.NAME}:
                closing.pop()
            elif not closing and word == Word(Kind.MARK, ";"):
                return

    def _next(self) -> Word:
        self._at += 1
        return self._word(self._at - 1)

    def _peek(self) -> Word:
        return self._word(self._at)

    def _word(self, at: int) -> Word:
        if at >= len(self._words):
            raise UnreadableError("it ends too early")
        return self._words[at]

    def _take(self, mark: str) -> bool:
        is_there = self._peek() == Word(Kind.MARK, mark)
        self._at += is_there
        return is_there

    def _take_name(self, name: str) -> None:
        self._at += self._peek() == Word(Kind.NAME, name)

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise UnreadableError(f"{self._peek().value!r} stands where {mark!r} was expected")


def _put(found: dict[str, Literal], path: Path, value: Literal) -> None:
    """Put a value where its path leads; attribute sets that are said in several places are one, as for Nix."""
    for name in path[:-1]:
        below = found.setdefault(name, {})
        if not isinstance(below, dict):
            raise UnreadableError(f"{name!r} is said twice")
        found = below
    name = path[-1]
    before = found.get(name)
    if isinstance(before, dict) and isinstance(value, dict):
        for inner, one in value.items():
            _put(before, (inner,), one)
    elif before is not None:
        raise UnreadableError(f"{name!r} is said twice")
    else:
        found[name] = value


def _inputs(literals: Mapping[str, Literal]) -> Mapping[str, Declared]:
    return {name: _declared(name, literal) for name, literal in literals.items()}


def _declared(name: str, literal: Literal) -> Declared:
    if not isinstance(literal, dict):
        raise UnreadableError(f"input {name!r} is no attribute set")
    follows, inputs, is_flake = literal.get("follows"), literal.get("inputs", {}), literal.get("flake", True)
    if not (isinstance(inputs, dict) and isinstance(is_flake, bool) and isinstance(follows, str | None)):
        raise UnreadableError(f"input {name!r} is declared with a value of the wrong type")
    return Declared(
        asked=None if follows is not None else _asked(name, literal, is_flake=is_flake),
        follows=None if follows is None else tuple(part for part in follows.split("/") if part),
        is_flake=is_flake,
        inputs=_inputs(inputs),
    )


def _asked(name: str, literal: Mapping[str, Literal], *, is_flake: bool) -> Attributes | None:
    attributes = {name: value for name, value in literal.items() if name not in _OF_INPUT}
    url = literal.get("url")
    if isinstance(url, str) and not attributes:
        return asked_by(url, is_flake=is_flake)
    if url is None and not attributes:
        return {"type": "indirect", "id": name}
    plain = {name: value for name, value in attributes.items() if not isinstance(value, dict)}
    return plain if url is None and "type" in plain and len(plain) == len(attributes) else None
