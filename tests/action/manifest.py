"""What action.yml says, parsed once into values that the tests compare."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

INPUT = re.compile(r"\binputs\.([a-z-]+)")
"""An input, where an expression names it."""

STEP_OUTPUT = re.compile(r"\bsteps\.([a-z]+)\.outputs\.([a-z-]+)")
"""A step's output, where an expression names it."""

OnOneLine = Annotated[str, BeforeValidator(lambda text: " ".join(str(text).split()))]


class Part(BaseModel):
    """A part of the manifest. A key that no test knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Input(Part):
    description: str
    default: str = ""


class Output(Part):
    description: str
    value: str


class Step(Part):
    name: str
    id: str
    condition: str = Field("", alias="if")
    shell: str
    env: dict[str, OnOneLine] = {}
    run: str

    @property
    def command(self) -> str:
        """The flakebot command that this step runs; empty for a step that runs none."""
        found = re.search(r"action-run\" (\w+)$", self.run)
        return found[1] if found else ""


class Runs(Part):
    using: str
    steps: tuple[Step, ...]


class Manifest(Part):
    name: str
    description: str
    author: str
    branding: dict[str, str]
    inputs: dict[str, Input]
    outputs: dict[str, Output]
    runs: Runs

    @property
    def steps(self) -> dict[str, Step]:
        """The steps by their ids, in order."""
        return {step.id: step for step in self.runs.steps}


def read_manifest(root: Path) -> Manifest:
    """Parse the action.yml of a checkout."""
    return Manifest.model_validate(yaml.safe_load((root / "action.yml").read_text(encoding="utf-8")))
