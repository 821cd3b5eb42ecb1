"""What an update has to be, and how it is merged, as .github/flakebot.toml may say. No I/O."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from flakebot.model import Login
from flakebot.settings.calls import Connected
from flakebot.settings.fields import (
    Account,
    Ages,
    Duration,
    Words,
)
from flakebot.settings.groups import group_of
from flakebot.settings.options import Branches, Grouping, NixProgram, Options, Roles

OWN_STATUS = "flakebot/flake-check"
"""The name of the commit status that says that the check ran on exactly this commit's tree."""


class Holding(Grouping):
    """What only a person moves."""

    hold: Words = Field((), description="inputs that only a person moves, as globs over input paths")

    @property
    def all_hold(self) -> tuple[str, ...]:
        """Everything that only a person moves, the groups' among it."""
        return (*self.hold, *(glob for group in self.group if group.hold for glob in group.inputs))


class Aging(Grouping):
    """How old a revision has to be."""

    min_age: Ages = Field(
        (),
        description="how long a revision must have been the tip, as 7d for all or nixpkgs=14d by glob; the last fits",
    )

    @property
    def all_min_age(self) -> tuple[tuple[str, timedelta], ...]:
        """All of these ages with the groups'; the last that fits an input counts, and so the first group's."""
        of_groups = ((glob, group.min_age) for group in reversed(self.group) for glob in group.inputs)
        return (*self.min_age, *((glob, age) for glob, age in of_groups if age is not None))


class Content(Holding):
    """What the lock may do."""

    allow_downgrade: Words = Field((), description="inputs that may go back in time, as globs over input paths")
    allow_hosts: Words = Field((), description="the only hosts that changed inputs may come from, as globs")
    allow_owners: Words = Field(
        (), description="the only owners that changed inputs may be of, as globs over host/owner"
    )


class Tracing(NixProgram, Aging):
    """Where the lock's content comes from."""

    provenance: bool = Field(
        True, description="trace every change: ask hosts for refs, fetch content again; a local range only when asked"
    )
    provenance_limit: Duration = Field(timedelta(minutes=30), description="how long all of that may take")


class OwnStatus(Options):
    """Whose word about flakebot's own check counts."""

    status_poster: Account = Field(
        Login("github-actions[bot]"), description=f"the only account whose status {OWN_STATUS} counts"
    )


class Approving(OwnStatus):
    """What an approval waits for."""

    required_checks: Words = Field(
        (OWN_STATUS,), description="checks that must pass, besides those that the branch's rules require"
    )
    wait: Duration = Field(timedelta(minutes=30), description="how long to wait for the checks; 0s looks once")
    poll: Duration = Field(
        timedelta(seconds=15), gt=timedelta(0), description="the pause between two looks at the checks"
    )


class Merging(Grouping):
    """How an approved update gets into the base branch."""

    merge: Literal["now", "auto", "off"] = Field("now", description="merge at once, leave it to GitHub, or not at all")
    merge_method: Literal["merge", "squash", "rebase"] = Field(
        "merge", description="GitHub's merge method; only merge is safe where signed commits are required"
    )
    delete_branch: bool = Field(True, description="delete the bot's branch after the merge")

    def merge_mode(self, inputs: tuple[str, ...]) -> Literal["now", "auto", "off"]:
        """Return how a pull request that moves these root inputs is merged: the strictest way of any of them."""
        groups = (group_of(self.group, name) for name in inputs)
        modes = {(group and group.merge) or self.merge for group in groups} or {self.merge}
        return "off" if "off" in modes else "auto" if "auto" in modes else "now"


class Judging(Approving, Tracing, Content, Roles, Branches, Connected):
    """What every command that judges a pull request has."""
