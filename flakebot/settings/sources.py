"""Where settings come from: the command line beats the environment beats the file beats the runner. No I/O.

Whoever calls hands the texts in; every mistake in them is one `MisuseError` that names each setting by the name
that the person wrote.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_settings import (
    CliSettingsSource,
    EnvSettingsSource,
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


class Given(Generic[_SectionT]):
    """What one call of a command was given beside the file: parsed once, however often the file is asked for."""

    def __init__(
        self,
        kind: type[_SectionT],
        *,
        command: str,
        description: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
    ) -> None:
        """Parse. Prints and exits only for ``--help``."""
        self._command = command
        self._fields = frozenset(kind.model_fields)
        self._runner = {name: key for name, key in _RUNNER.items() if name in self._fields and environment.get(key)}
        self._kind = _sourced(kind, {name: environment[key] for name, key in self._runner.items()})
        self._line = CliSettingsSource[argparse.ArgumentParser](
            self._kind,
            root_parser=Parser(command, description),
            parse_args_method=parse_arguments,
            add_argument_method=add_argument,
            cli_parse_args=list(arguments),
        )

    def settings(self, configuration: Mapping[str, object]) -> _SectionT:
        """Return the settings, with what of the file is meant for this command.

        A mistake is named by where its value stands: ``--parallel``, ``FLAKEBOT_PARALLEL`` or ``GITHUB_REPOSITORY``.
        """
        try:
            return self._kind(
                _cli_settings_source=self._line,  # type: ignore[call-arg]  # BaseSettings' own, no field of ours
                **{key: value for key, value in configuration.items() if key in self._fields},
            )
        except ValidationError as error:
            said = sentences(error, places=self._places())
            raise MisuseError(said, advice=f"Run `flakebot {self._command} --help` for what it takes.") from None
        except SettingsError as error:
            raise MisuseError(f"flakebot {self._command}: {error}") from None

    def _places(self) -> dict[str, str]:
        """Return the name under which each setting was given, the strongest where there were several."""
        return (
            self._runner
            | {name: variable(name) for name in EnvSettingsSource(self._kind)()}
            | {name: option(name) for name in self._line()}
        )


def _sourced(kind: type[_SectionT], runner: Mapping[str, str]) -> type[_SectionT]:
    """Return the same settings, read from the environment, then from what is given by name, then from the runner."""

    class Sourced(kind):  # type: ignore[misc, valid-type]  # the runner's values are this one call's
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[Section],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (env_settings, init_settings, InitSettingsSource(settings_cls, dict(runner)))

    Sourced.__name__ = Sourced.__qualname__ = kind.__name__
    return Sourced
