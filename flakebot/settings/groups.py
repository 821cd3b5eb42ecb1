"""Groups of inputs that move together, as the ``[[group]]`` tables of the configuration file have them. No I/O."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from flakebot.settings.fields import Duration, GroupName, Words


class Group(BaseModel):
    """Root inputs that have a pull request of their own, and what is different for it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
    )

    name: GroupName
    inputs: Words = Field(min_length=1)
    merge: Literal["now", "auto", "off"] | None = None
    min_age: Duration | None = None
    hold: bool = False
    labels: Words | None = None

    def takes(self, name: str) -> bool:
        """Whether a root input of that name belongs here."""
        return any(fnmatchcase(name, glob) for glob in self.inputs)


def group_of(groups: tuple[Group, ...], name: str) -> Group | None:
    """Return the first group that takes a root input; None when none does."""
    return next((group for group in groups if group.takes(name)), None)


def _tables(value: object) -> object:
    """Take tables as the file has them, or the same as text."""
    texts = (value,) if isinstance(value, str) else value
    if not (isinstance(texts, list | tuple) and texts and all(isinstance(text, str) for text in texts)):
        return value
    try:
        return tuple(group for text in texts for group in _parsed(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"expected [[group]] tables as in the configuration file: {error}") from error


def _parsed(text: str) -> list[object]:
    document = tomllib.loads(text)
    found = document.get("group")
    if document.keys() != {"group"} or not isinstance(found, list):
        raise ValueError("expected [[group]] tables as in the configuration file, and nothing else")
    return found


def _unique(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    names = [group.name for group in groups]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two groups are called {twice}, expected each name once")
    return groups


Groups = Annotated[tuple[Group, ...], NoDecode, BeforeValidator(_tables), AfterValidator(_unique)]
"""Groups in the order of the file: the first that takes an input has it."""
