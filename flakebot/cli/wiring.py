"""Build what each command needs, and only that: settings from their sources, adapters from credentials."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flakebot.cli.output import Output
from flakebot.commands.report import Report
from flakebot.errors import MisuseError
from flakebot.model import RepositoryName, Token
from flakebot.settings.commands import (
    COMMANDS,
    ApproveSettings,
    DiffSettings,
    MergeSettings,
    ProposeSettings,
    UpdateSettings,
    VerifySettings,
    WhoamiSettings,
)
from flakebot.settings.credentials import Credentials, read_credentials
from flakebot.settings.sections import Connection, Invocation, Section
from flakebot.settings.sources import CONFIGURATION, load, read_configuration

if TYPE_CHECKING:
    from flakebot.ports import Reader, Repository

_SettingsT = TypeVar("_SettingsT", bound=Invocation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the program."""

    command: str
    description: str
    arguments: tuple[str, ...]
    output: Output

    def settings(self, kind: type[_SettingsT], configuration: bytes | None = None) -> _SettingsT:
        """Return the command's settings, with the base branch's file once it was read."""
        settings = load(
            kind,
            command=self.command,
            description=self.description,
            arguments=self.arguments,
            environment=os.environ,
            configuration=read_configuration(configuration),
        )
        self.output.is_verbose = settings.verbose
        return settings
