"""The configuration file, checked as a whole by each command that reads it: none finds a mistake late. No I/O."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo

from flakebot.errors import MisuseError
from flakebot.settings.commands import COMMANDS
from flakebot.settings.options import Options
from flakebot.settings.parser import nearest
from flakebot.settings.wording import sentences, written

CONFIGURATION = ".github/flakebot.toml"
"""Where the configuration file stands; only the base branch's version counts."""

_ADVICE = "Mend the file on the base branch; docs/configuration.md says how each value is written."


def file_keys() -> frozenset[str]:
    """Return the keys that the configuration file may have, as they are written there."""
    return frozenset(written(name) for name, _ in _fields())


def read_configuration(content: bytes | None) -> dict[str, object]:
    """Parse the configuration file; absent is empty. Keys come back as Python names.

    Raises `MisuseError` for a mistake in any of them, also in one that only another command uses: else a pull request
    would be open before anybody learned of it.
    """
    if content is None:
        return {}
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MisuseError(
            f"{CONFIGURATION} is not TOML: {error}", advice="Mend the file on the base branch."
        ) from error
    known = file_keys()
    for key in document:
        if key not in known:
            raise MisuseError(
                f"{CONFIGURATION} has the unknown key `{key}`",
                advice=nearest(key, sorted(known)) or f"It knows: {', '.join(sorted(known))}.",
            )
    found = {key.replace("-", "_"): value for key, value in document.items()}
    _require_valid(found)
    return found


def _require_valid(found: Mapping[str, object]) -> None:
    """Check each value by its own field. The models themselves would read the environment as well."""
    fields = dict(_fields())
    asked = {name: (fields[name].annotation, fields[name]) for name in found}
    model: type[BaseModel] = create_model("File", __config__=ConfigDict(hide_input_in_errors=True), **asked)  # type: ignore[call-overload]  # fields by their names
    try:
        model.model_validate(found)
    except ValidationError as error:
        raise MisuseError(f"{CONFIGURATION}: {sentences(error, shown=found)}", advice=_ADVICE) from None


def _fields() -> Iterator[tuple[str, FieldInfo]]:
    """Yield the options of every section that the file may hold; several commands have some of them."""
    for section in COMMANDS.values():
        for base in section.__mro__:
            if issubclass(base, Options) and base.__module__ != section.__module__:
                for name in base.__annotations__:
                    if name in base.model_fields:
                        yield name, base.model_fields[name]
