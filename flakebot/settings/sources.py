"""Where settings come from: the command line beats the environment beats the file beats the runner. No I/O.

Whoever calls hands the texts in; every mistake in them is one `MisuseError` that names each setting by the name
that the person wrote.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import (
    CliSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
)

from flakebot.errors import MisuseError
from flakebot.settings.calls import Section
from flakebot.settings.commands import COMMANDS
from flakebot.settings.credentials import SECRETS
from flakebot.settings.options import Options
from flakebot.settings.parser import Parser, add_argument, nearest, parse_arguments
from flakebot.settings.wording import sentences, unknown_variables, variable, written

CONFIGURATION = ".github/flakebot.toml"
"""Where the configuration file stands; only the base branch's version counts."""

_RUNNER = {"repository": "GITHUB_REPOSITORY", "api_url": "GITHUB_API_URL", "server_url": "GITHUB_SERVER_URL"}
_SectionT = TypeVar("_SectionT", bound=Section)


def file_keys() -> frozenset[str]:
    """Return the keys that the configuration file may have, as they are written there."""
    return frozenset(
        written(name)
        for section in COMMANDS.values()
        for base in section.__mro__
        if issubclass(base, Options)
        for name in base.__annotations__
        if name in base.model_fields and base.__module__ != section.__module__
    )


def unknown_settings(environment: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each variable that looks like a setting of some command, but is none."""
    settings = (variable(name) for section in COMMANDS.values() for name in section.model_fields)
    return unknown_variables(environment, (*settings, *SECRETS))


def read_configuration(content: bytes | None) -> dict[str, object]:
    """Parse the configuration file; absent is empty. Keys come back as Python names."""
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
    return {key.replace("-", "_"): value for key, value in document.items()}


def load(
    kind: type[_SectionT],
    *,
    command: str,
    description: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    configuration: Mapping[str, object],
) -> _SectionT:
    """Build the settings of one command. Prints and exits only for ``--help``."""
    lowest = {name: environment[key] for name, key in _RUNNER.items() if environment.get(key)}
    fields = kind.model_fields

    class Sourced(kind):  # type: ignore[misc, valid-type]  # the sources are this one call's
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[Section],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                env_settings,
                InitSettingsSource(settings_cls, {key: configuration[key] for key in configuration if key in fields}),
                InitSettingsSource(settings_cls, {key: lowest[key] for key in lowest if key in fields}),
            )

    Sourced.__name__ = Sourced.__qualname__ = kind.__name__
    try:
        source = CliSettingsSource[argparse.ArgumentParser](
            Sourced,
            root_parser=Parser(command, description),
            parse_args_method=parse_arguments,
            add_argument_method=add_argument,
            cli_parse_args=list(arguments),
        )
        return Sourced(_cli_settings_source=source)
    except ValidationError as error:
        raise MisuseError(sentences(error), advice=f"Run `flakebot {command} --help` for what it takes.") from None
    except SettingsError as error:
        raise MisuseError(f"flakebot {command}: {error}") from None
