"""What is given with each call, section by section: name, type, default and one sentence each. No I/O."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, CliToggleFlag, SettingsConfigDict

from flakebot.model import Branch
from flakebot.settings.fields import (
    BranchName,
    FullName,
    Numbers,
    Url,
    Words,
)


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
    verbose: CliToggleFlag[bool] = Field(
        False, description="show what Nix prints; a workflow's log has it always, folded"
    )


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


class Connected(Connection, Invocation):
    """What every command that talks to GitHub has."""


class DryRun(Section):
    """For commands that write."""

    dry_run: CliToggleFlag[bool] = Field(False, description="read and judge, but write nothing")


class Target(Section):
    """Which pull requests."""

    pr: Numbers = Field(min_length=1, description="the pull request's number, or several, in their order")


class OnlySome(Section):
    """What one call may move."""

    inputs: Words = Field((), description="the only inputs to update this time, as globs over the flake's own inputs")


class CandidateFolder(Section):
    """Where an update waits between the process that made it and the process that proposes it."""

    candidate: Path = Field(Path("flakebot-candidate"), description="the folder of the candidate")
