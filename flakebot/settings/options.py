"""What may also stand in .github/flakebot.toml, and what several commands need to know. No I/O."""

from __future__ import annotations

from pydantic import Field, model_validator

from flakebot.model import Branch
from flakebot.settings.calls import Section
from flakebot.settings.fields import (
    Account,
    Arguments,
    BranchName,
    Folders,
    Keys,
    ProgramName,
)
from flakebot.settings.groups import Groups


class Options(Section):
    """What may also stand in .github/flakebot.toml of the base branch: every section that derives from this."""


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


class NixProgram(Options):
    """Which Nix."""

    nix: ProgramName = Field("nix", description="the program: its name on PATH, or its whole path")
    nix_arguments: Arguments = Field((), description="further arguments for every call of nix, before all others")
