"""What ``flakebot rehearse`` can be told. No I/O."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import CliToggleFlag

from flakebot.rehearsal.stories import STORIES
from flakebot.settings.calls import Invocation


class RehearseSettings(Invocation):
    """Play the whole way against a stand-in GitHub on this machine, with real Nix, git and gpg. Needs no account."""

    verbose: CliToggleFlag[bool] = Field(False, description="show what each step prints")
    scenario: str = Field("good", description=f"what to play: {', '.join(STORIES)}")
    list: CliToggleFlag[bool] = Field(False, description="say what each scenario is about, and play none")
    serve: CliToggleFlag[bool] = Field(
        False, description="play nothing; keep the seeded stand-in running and print the environment to use"
    )
    runs: int | None = Field(
        None, ge=1, le=9, description="how often the steps are played in the same world; as often as the story takes"
    )
    keep: Path | None = Field(None, description="a new or empty folder to leave everything in")
