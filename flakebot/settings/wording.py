"""What is said of a mistake in the settings: each by the name that the person wrote, in plain words. No I/O."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from flakebot.settings.parser import nearest

_PREFIX = "FLAKEBOT_"
_NOWHERE: Mapping[str, str] = {}
_LONGEST = 32
"""A longer value is not repeated: somebody may have pasted a token there, and no setting is long by its kind."""
_EXPECTED = {
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
    "literal_error": "expected {expected}",
    "string_type": "expected text",
    "string_too_short": "expected some text",
    "time_delta_type": "expected a whole number and a unit, as 90s, 30m, 2h or 7d",
    "time_delta_parsing": "expected a whole number and a unit, as 90s, 30m, 2h or 7d",
    "tuple_type": "expected a list",
    "too_short": "expected at least one",
    "path_type": "expected a path",
    "extra_forbidden": "is not known",
}
"""What pydantic's kinds of error mean for a person; it has dozens more that no setting here can have."""


def written(name: str) -> str:
    """Return a setting's name as it is written on the command line and in the file."""
    return "json" if name == "json_output" else name.replace("_", "-")


def variable(name: str) -> str:
    """Return the environment's name of a setting."""
    return f"{_PREFIX}{written(name).upper().replace('-', '_')}"


def option(name: str) -> str:
    """Return the command line's name of a setting."""
    return f"--{written(name)}"


def sentences(
    error: ValidationError, *, places: Mapping[str, str] = _NOWHERE, shown: Mapping[str, object] = _NOWHERE
) -> str:
    """Return everything that is wrong, once for each setting.

    ``places`` are settings by the names under which they were given. Only the values of ``shown`` are repeated, which
    everybody can read in the repository anyway; those of an option or a variable may be secrets.
    """
    said: dict[str, str] = {}
    for one in error.errors(include_input=False, include_url=False):
        name, inner = _named(one["loc"], places)
        sentence = _sentence(name, one["type"], one["msg"], one.get("ctx", {}), is_inner=inner)
        said.setdefault(name, _with_value(name, sentence, _value_at(one["loc"], shown)))
    return "; ".join(said.values())


def _sentence(name: str, kind: str, message: str, context: Mapping[str, object], *, is_inner: bool) -> str:
    if kind == "missing":
        return "is missing" + ("" if is_inner else f"; give {option(name)} or {variable(name)}")
    form = _EXPECTED.get(kind)
    return form.format(**context) if form else message.removeprefix("Value error, ")


def _with_value(name: str, sentence: str, value: object) -> str:
    if isinstance(value, bool | int | float | str) and sentence.startswith("expected"):
        text = json.dumps(value, ensure_ascii=False)
        if len(text) <= _LONGEST:
            return f"{name} is {text}, {sentence}"
    return f"{name}: {sentence}" if name else sentence


def _value_at(place: tuple[int | str, ...], found: object) -> object:
    """Return what the file has at a place, or around it, where a text stands for a list."""
    for step in place:
        match found, step:
            case Mapping(), str() if step in found:
                found = found[step]
            case list(), int():
                found = found[step]
    return found


def _named(place: tuple[int | str, ...], places: Mapping[str, str]) -> tuple[str, bool]:
    """Return where a mistake is, as ``--hold`` or ``group 2, min-age``, and whether that is within a table."""
    match place:
        case (str(name), int(number), str(key), *_):
            return f"{places.get(name, written(name))} {number + 1}, {written(key)}", True
        case (name, *_):
            return places.get(str(name), written(str(name))), False
        case _:
            return "", False


def unknown_variables(environment: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each ``FLAKEBOT_…`` that is no setting and no secret: it does nothing."""
    names = {name.removeprefix(_PREFIX): name for name in known}
    unknown = sorted(name.removeprefix(_PREFIX) for name in environment if name.startswith(_PREFIX))
    return tuple(_unknown(name, names) for name in unknown if name not in names)


def _unknown(name: str, known: Iterable[str]) -> str:
    said = f"{_PREFIX}{name} is no setting and does nothing."
    close = nearest(name, sorted(known), shown=_PREFIX)
    return f"{said} {close}" if close else said
