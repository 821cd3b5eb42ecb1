"""One call of the program: what was asked for, with which secrets, and where it speaks. Opens nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field

from flakebot.cli.output import Output
from flakebot.errors import MisuseError
from flakebot.settings.calls import Invocation
from flakebot.settings.credentials import Credentials
from flakebot.settings.file import read_configuration
from flakebot.settings.sources import Given

_SettingsT = TypeVar("_SettingsT", bound=Invocation)


class Call(Struct, frozen=True, kw_only=True):
    """One call of the program."""

    command: str
    description: str
    arguments: tuple[str, ...]
    credentials: Credentials
    output: Output
    _given: dict[type[Invocation], Given[Any]] = field(default_factory=dict)

    def settings(self, kind: type[_SettingsT], configuration: bytes | None = None) -> _SettingsT:
        """Return the command's settings, with the base branch's file once it was read."""
        if kind not in self._given:
            self._given[kind] = Given(
                kind,
                command=self.command,
                description=self.description,
                arguments=self.arguments,
                environment=os.environ,
            )
        settings: _SettingsT = self._given[kind].settings(read_configuration(configuration))
        self.output.is_verbose = settings.verbose
        return settings

    @property
    def folder(self) -> Path:
        """Where the program was started. Raises `MisuseError` when that folder is gone."""
        try:
            return Path.cwd()
        except FileNotFoundError as error:
            raise MisuseError(
                "the working directory is not there any more", advice="Change into the checkout and run it again."
            ) from error
