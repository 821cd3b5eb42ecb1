"""Where settings come from: the command line beats the environment beats the file beats the runner. No I/O.

Whoever calls hands the texts in; every mistake in them is one `MisuseError` that names each setting by the name
that the person wrote.
"""

from __future__ import annotations

import argparse
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
from flakebot.settings.parser import Parser, add_argument, parse_arguments
from flakebot.settings.secrets import SECRETS
from flakebot.settings.wording import option, sentences, unknown_variables, variable

_RUNNER = {"repository": "GITHUB_REPOSITORY", "api_url": "GITHUB_API_URL", "server_url": "GITHUB_SERVER_URL"}
_SectionT = TypeVar("_SectionT", bound=Section)


def unknown_settings(environment: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each variable that looks like a setting of some command, but is none."""
    settings = (variable(name) for section in COMMANDS.values() for name in section.model_fields)
    return unknown_variables(environment, (*settings, *SECRETS))


def load(
    kind: type[_SectionT],
    *,
    command: str,
    description: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    configuration: Mapping[str, object],
) -> _SectionT:
    """Build the settings of one command. Prints and exits only for ``--help``.

    A mistake is named by where its value stands: ``--parallel``, ``FLAKEBOT_PARALLEL`` or ``GITHUB_REPOSITORY``.
    """
    lowest = {name: environment[key] for name, key in _RUNNER.items() if environment.get(key)}
    places = {name: key for name, key in _RUNNER.items() if name in lowest}
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
            places.update((name, variable(name)) for name in env_settings())
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
        said = sentences(error, places=places | {name: option(name) for name in source()})
        raise MisuseError(said, advice=f"Run `flakebot {command} --help` for what it takes.") from None
    except SettingsError as error:
        raise MisuseError(f"flakebot {command}: {error}") from None
