"""Read what a flake.nix declares, without evaluating it. No I/O.

Nix takes inputs from literals alone: an input that has to be computed is an error there, so that reading is enough.
The text is that of the parent's own revision, which whoever writes the lock does not control.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from flakebot.lock.node import Attributes, Path
from flakebot.model.provenance import Unknown
from flakebot.policy.provenance.flakeref import asked_by
from flakebot.policy.provenance.literals import FlakeParser, Literal
from flakebot.policy.provenance.words import UnreadableError, words

_OF_INPUT = frozenset({"flake", "follows", "inputs", "url"})


class Declared(Struct, frozen=True, kw_only=True):
    """What is said of an input, and of its inputs. ``asked`` is None where that is nothing, or in words not known."""

    asked: Attributes | None
    follows: Path | None
    is_flake: bool
    inputs: Mapping[str, Declared]


class FlakeFile(Struct, frozen=True, kw_only=True):
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
        parser = FlakeParser(tuple(words(text.decode())))
        inputs = _inputs(parser.inputs())
        return FlakeFile(inputs=inputs, arguments=parser.arguments)
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8") from error


def flake_from(text: bytes) -> FlakeFile | Unknown:
    """Read a flake.nix, or say why nothing can be said of it."""
    try:
        return read_flake(text)
    except UnreadableError as error:
        return Unknown(reason=f"a flake.nix cannot be read: {error}")


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
