"""Parse the literals of a flake.nix: what Nix takes inputs from. Evaluates nothing, goes around all else. No I/O."""

from __future__ import annotations

from flakebot.lock.node import Path
from flakebot.policy.provenance.words import Kind, UnreadableError, Word

_DEEPEST = 32
_BRACKETS = {"(": ")", "[": "]", "{": "}", "${": "}"}

Literal = str | bool | int | dict[str, "Literal"]


class FlakeParser:
    """Goes through the words of a flake.nix once. ``arguments`` are the names that its outputs take."""

    def __init__(self, found: tuple[Word, ...]) -> None:
        self._words = found
        self._at = 0
        self.arguments = frozenset[str]()

    def inputs(self) -> dict[str, Literal]:
        """Return what stands in ``inputs``. Raises `UnreadableError` where that is more than literals."""
        self._take_name("rec")
        literals = self._attributes(depth=0)
        inputs = literals.get("inputs", {})
        if not isinstance(inputs, dict):
            raise UnreadableError("its inputs are no attribute set")
        return inputs

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
                    self.arguments = self._formals()
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
