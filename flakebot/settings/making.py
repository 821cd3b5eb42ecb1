"""How an update is made, checked and proposed, as .github/flakebot.toml may say. No I/O."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field, model_validator

from flakebot.settings.fields import (
    Arguments,
    Duration,
    Size,
    Words,
)
from flakebot.settings.groups import group_of
from flakebot.settings.options import Flake, Grouping, NixProgram, Options


class Checking(NixProgram, Flake):
    """How an update is made and checked."""

    check: bool = Field(True, description="check the update, by nix flake check unless told otherwise")
    check_arguments: Arguments = Field((), description="further arguments for nix flake check")
    check_command: Arguments = Field((), description="a command that checks in its place, run in the flake's folder")
    all_systems: bool = Field(False, description="evaluate the flake for every system, not only for this machine's")
    evaluate_only: bool = Field(False, description="only evaluate the flake, build nothing")
    check_limit: Duration = Field(timedelta(hours=3), description="how long the check may take")
    check_memory: Size | None = Field(
        None, description="memory for each process of the check, as 8G; what a Nix daemon builds is not among them"
    )
    check_disk: Size | None = Field(None, description="how much disk must be free before a check starts, as 20G")
    update_limit: Duration = Field(timedelta(minutes=20), description="how long nix flake update may take")

    @model_validator(mode="after")
    def _one_check(self) -> Checking:
        if self.check_command and (self.check_arguments or self.all_systems or self.evaluate_only):
            raise ValueError(
                "check-command replaces nix flake check; expected no check-arguments, all-systems or evaluate-only "
                "beside it: write what it is to do into the command"
            )
        return self


class Parting(Options):
    """What goes into one pull request, and what is done about inputs that break the check."""

    exclude: Words = Field((), description="inputs that never move, as globs over the flake's own inputs")
    strategy: Literal["together", "separate"] = Field(
        "together", description="one pull request for all inputs that no group takes, or one for each of them"
    )
    flakes: Literal["separate", "together"] = Field(
        "separate", description="a pull request for each of several flakes, or one for the locks of all"
    )
    parallel: int = Field(2, gt=0, description="how many flakes to check side by side")
    isolate: bool = Field(True, description="find the inputs that break the check, and let the others go on")
    isolation_checks: int = Field(
        24, gt=1, description="how many checks a search may take, the one that failed first included"
    )
    isolation_limit: Duration = Field(
        timedelta(hours=2), description="how long all searches of a run may take, the checks that they ask for included"
    )


class Proposing(Grouping):
    """What the commit and the pull request look like."""

    commit_name: str | None = Field(None, description="the committer's name; the signing key's identity by default")
    commit_email: str | None = Field(None, description="the committer's e-mail; the signing key's identity by default")
    labels: Words = Field(("dependencies",), description="labels of the pull request")
    broken_label: str = Field(
        "flakebot: broken", min_length=1, description="the label of an update that fails its check"
    )
    held_label: str = Field(
        "flakebot: held", min_length=1, description="the label of an update that only a person may merge"
    )

    def labels_of(self, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Return the labels of a pull request that moves these root inputs: those of their groups, each once."""
        groups = (group_of(self.group, name) for name in inputs)
        found = (group.labels if group and group.labels is not None else self.labels for group in groups)
        return tuple(dict.fromkeys(label for labels in found for label in labels)) if inputs else self.labels
