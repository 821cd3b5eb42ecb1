"""What can be configured, section by section: name, type, default and one sentence each. No I/O.

What derives from `Options` may stand in the configuration file; the others are given with each call.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, CliToggleFlag, SettingsConfigDict

from flakebot.model import Branch, Login
from flakebot.settings.fields import (
    Account,
    Ages,
    Arguments,
    BranchName,
    Duration,
    Folders,
    FullName,
    Keys,
    Numbers,
    ProgramName,
    Size,
    Url,
    Words,
)
from flakebot.settings.groups import Groups, group_of

OWN_STATUS = "flakebot/flake-check"
"""The name of the commit status that says that the check ran on exactly this commit's tree."""


class Section(BaseSettings):
    """The common behaviour: ``FLAKEBOT_…`` in the environment, nothing unknown, no value in an error message."""

    model_config = SettingsConfigDict(
        defer_build=True,  # a call builds one of these models, not all of them
        env_prefix="FLAKEBOT_",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        cli_avoid_json=True,
        cli_hide_none_type=True,
        cli_implicit_flags=True,
        cli_kebab_case=True,
    )


class Invocation(Section):
    """How this one call speaks."""

    json_output: CliToggleFlag[bool] = Field(False, description="print exactly one JSON document to stdout")
    verbose: CliToggleFlag[bool] = Field(False, description="show what Nix prints, as it is printed")


class Server(Section):
    """Which GitHub."""

    api_url: Url = Field("https://api.github.com", description="GitHub's REST API; GITHUB_API_URL says it")
    server_url: Url = Field("https://github.com", description="GitHub's pages and git; GITHUB_SERVER_URL says it")


class Connection(Server):
    """Which repository on which GitHub."""

    repository: FullName = Field(description="the repository, as owner/name; in a workflow GITHUB_REPOSITORY says it")
    base_branch: BranchName = Field(
        Branch("main"), description="the branch that updates are merged into; its .github/flakebot.toml counts"
    )


class DryRun(Section):
    """For commands that write."""

    dry_run: CliToggleFlag[bool] = Field(False, description="read and judge, but write nothing")


class Target(Section):
    """Which pull requests."""

    pr: Numbers = Field(min_length=1, description="the pull request's number, or several, in their order")


class Options(Section):
    """What may also stand in .github/flakebot.toml of the base branch: every section from here on."""


class Flake(Options):
    """Where the flakes are."""

    directory: Folders = Field(
        (".",),
        min_length=1,
        description="the folders of flake.nix, from the top of the repository; globs as in hosts/*",
    )


class Branches(Flake):
    """Where updates are proposed."""

    branch: BranchName = Field(
        Branch("flakebot/update"),
        description="the bot's own branch, and what the names of further ones begin with; nobody else may push there",
    )

    def branch_of(self, name: str) -> Branch:
        """Return the branch of a candidate; one that takes everything has no name."""
        return Branch(f"{self.branch}-{name}") if name else self.branch

    def is_own(self, branch: Branch) -> bool:
        """Whether a branch is the bot's, by its name."""
        return branch == self.branch or branch.startswith(f"{self.branch}-")


class Roles(Options):
    """Who may do what."""

    author: Account | None = Field(None, description="the account that proposes; its token must belong to it")
    approver: Account | None = Field(None, description="the account that approves; never the author")
    gpg_fingerprint: Keys = Field((), description="the keys that may sign an update; approving needs at least one")

    @model_validator(mode="after")
    def _two_accounts(self) -> Roles:
        if self.author is not None and self.approver is not None and self.author.lower() == self.approver.lower():
            raise ValueError("author and approver are the same account; who writes cannot approve")
        return self


class Grouping(Options):
    """What moves together."""

    group: Groups = Field((), description="[[group]] tables: inputs with a pull request of their own; the first fits")


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


class NixProgram(Options):
    """Which Nix."""

    nix: ProgramName = Field("nix", description="the program: its name on PATH, or its whole path")
    nix_arguments: Arguments = Field((), description="further arguments for every call of nix, before all others")


class Tracing(NixProgram, Aging):
    """Where the lock's content comes from."""

    provenance: bool = Field(
        True, description="trace every change: ask hosts for refs, fetch content again; a local range only when asked"
    )
    provenance_limit: Duration = Field(timedelta(minutes=30), description="how long all of that may take")


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


class OnlySome(Section):
    """What one call may move."""

    inputs: Words = Field((), description="the only inputs to update this time, as globs over the flake's own inputs")


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
    isolation_limit: Duration = Field(timedelta(hours=6), description="how long a search may take")


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


class CandidateFolder(Section):
    """Where an update waits between the process that made it and the process that proposes it."""

    candidate: Path = Field(Path("flakebot-candidate"), description="the folder of the candidate")


class Connected(Connection, Invocation):
    """What every command that talks to GitHub has."""


class Judging(Approving, Tracing, Content, Roles, Branches, Connected):
    """What every command that judges a pull request has."""
