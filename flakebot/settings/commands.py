"""Which settings each command has. The class's docstring is the first thing that its --help says. No I/O."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_settings import CliPositionalArg, CliToggleFlag

from flakebot.settings.calls import (
    CandidateFolder,
    Connected,
    DryRun,
    Invocation,
    OnlySome,
    Section,
    Server,
    Target,
)
from flakebot.settings.fields import Commitishes
from flakebot.settings.judging import Aging, Content, Holding, Judging, Merging, OwnStatus
from flakebot.settings.making import Checking, Parting, Proposing
from flakebot.settings.options import Branches, Roles


class UpdateSettings(CandidateFolder, Parting, OnlySome, Holding, Aging, Checking, Server, Invocation):
    """Update the lock of a clean export of the base commit and check exactly that. Needs and keeps no secret."""

    base: str = Field("HEAD", min_length=1, description="the commit to update, as git names it")


class ProposeSettings(CandidateFolder, Content, Proposing, OwnStatus, Roles, Branches, DryRun, Connected):
    """Sign the candidate as the author, push it, and open or refresh its pull request."""

    run_url: str = Field("", description="the page that shows this run, linked from the pull request")


class ApproveSettings(Target, DryRun, Judging):
    """Judge pull requests from what GitHub says, wait for their checks, and approve exactly these commits."""


class MergeSettings(Target, Merging, Roles, Branches, DryRun, Connected):
    """Merge exactly the commits that were approved, as long as the base branch stands where they were checked."""

    sha: Commitishes = Field(description="the head that was approved, or several, in the order of the numbers")

    @model_validator(mode="after")
    def _one_each(self) -> MergeSettings:
        if len(self.sha) != len(self.pr):
            raise ValueError("expected as many --sha as --pr: the approved head of each pull request, in their order")
        return self


class VerifySettings(Judging):
    """Judge a pull request, or a range of a local repository, and write nothing."""

    repository: str = Field("", description="the repository, as owner/name; needed with --pr")
    pr: int | None = Field(None, gt=0, description="the pull request to judge")
    base: str | None = Field(None, min_length=1, description="where a local range starts")
    head: str | None = Field(None, min_length=1, description="where a local range ends")
    public_key: Path | None = Field(None, description="the bot's armoured public key; a range that is signed needs it")
    locks_only: CliToggleFlag[bool] = Field(
        False, description="judge only the locks that changed, whoever changed them; needs no key and no account"
    )

    @model_validator(mode="after")
    def _pull_request_or_range(self) -> VerifySettings:
        is_range = self.base is not None and self.head is not None
        if (self.pr is not None) == is_range or (self.base is None) != (self.head is None):
            raise ValueError("expected either --pr NUMBER, or both --base REVISION and --head REVISION")
        return self


class DiffSettings(Content, Invocation):
    """Compare two lock files by input path and judge the difference, without a network."""

    old: CliPositionalArg[Path] = Field(description="the lock before")
    new: CliPositionalArg[Path] = Field(description="the lock after")


class WhoamiSettings(Roles, Connected):
    """Ask GitHub whose token this is and compare it with the role that it must have."""

    role: Literal["author", "approver"] = Field(description="the role that the token is for")


COMMANDS: dict[str, type[Section]] = {
    "update": UpdateSettings,
    "propose": ProposeSettings,
    "verify": VerifySettings,
    "approve": ApproveSettings,
    "merge": MergeSettings,
    "diff": DiffSettings,
    "whoami": WhoamiSettings,
}
