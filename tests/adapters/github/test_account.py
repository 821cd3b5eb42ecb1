"""Whose token it is, and what it sees: what whoami asks of GitHub."""

from __future__ import annotations

import pytest

from flakebot.adapters.github.account import GithubAccount
from flakebot.errors import AbsentError
from flakebot.model import RepositoryName
from tests.adapters.github.stage import Stage


def test_a_repository_that_is_there_is_seen(stage: Stage) -> None:
    GithubAccount(stage.connect("author")).require_repository()


def test_a_repository_that_is_not_there_is_not_seen(stage: Stage) -> None:
    nowhere = stage.connect("author", repository=RepositoryName(owner="homelab", name="nope"))
    with pytest.raises(
        AbsentError, match="could not find the repository homelab/nope: GitHub says “Not Found”"
    ) as found:
        GithubAccount(nowhere).require_repository()
    assert found.value.advice == (
        "Check the name, and that the author's token has homelab/nope among its repositories."
    )
