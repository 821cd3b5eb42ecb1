"""What is said of a mistake in the settings: each by the name that the person wrote, in plain words. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from flakebot.settings.parser import nearest

_PREFIX = "FLAKEBOT_"
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


def sentences(error: ValidationError) -> str:
    """Return everything that is wrong, without the values, which may be secrets."""
    mistakes = error.errors(include_input=False, include_url=False)
    return "; ".join(_sentence(one["loc"], one["type"], one["msg"], one.get("ctx", {})) for one in mistakes)


def _sentence(place: tuple[int | str, ...], kind: str, message: str, context: Mapping[str, object]) -> str:
    name, inner = _named(place)
    if kind == "missing":
        return f"{name}: is missing" + ("" if inner else f"; give --{name} or {variable(name)}")
    form = _EXPECTED.get(kind)
    said = form.format(**context) if form else message.removeprefix("Value error, ")
    return f"{name}: {said}" if name else said


def _named(place: tuple[int | str, ...]) -> tuple[str, bool]:
    """Return where a mistake is, as ``hold`` or ``group 2, min-age``, and whether that is within a table."""
    match place:
        case (str(name), int(number), str(key), *_):
            return f"{written(name)} {number + 1}, {written(key)}", True
        case (name, *_):
            return written(str(name)), False
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
