"""What the job's own token does on GitHub: post flakebot's status, once."""

from __future__ import annotations

import pytest

from flakebot.errors import MisuseError
from flakebot.model import Sha
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import World

NAME = "flakebot/flake-check"
URL = "https://github.com/homelab/config/actions/runs/1"


def post(stage: Stage, sha: Sha, *, is_success: bool = True, description: str = "passed", url: str = URL) -> None:
    stage.job().post_status(sha, name=NAME, is_success=is_success, description=description, url=url)


def posted(world: World) -> list[tuple[str, str | None, str | None, str]]:
    statuses = world.repository.state.statuses
    return [(each.state, each.description, each.target_url, each.creator.login) for each in statuses]


def test_the_status_is_posted_once_and_again_when_it_changes(stage: Stage) -> None:
    sha = stage.open().head_sha
    post(stage, sha)
    post(stage, sha)
    post(stage, sha, is_success=False, description="failed")

    def look(world: World) -> None:
        assert posted(world) == [
            ("success", "passed", URL, "github-actions[bot]"),
            ("failure", "failed", URL, "github-actions[bot]"),
        ]

    stage.prepare(look)


def test_an_older_status_that_says_the_same_is_not_enough(stage: Stage) -> None:
    sha = stage.open().head_sha
    for is_success in (True, False, True):
        post(stage, sha, is_success=is_success)
    stage.prepare(lambda world: check_count(world, 3))


def test_another_accounts_status_does_not_stand_for_the_jobs(stage: Stage) -> None:
    sha = stage.open().head_sha
    stage.prepare(lambda world: world.post_status(NAME, sha, world.author))
    post(stage, sha, description="passed")
    stage.prepare(lambda world: check_count(world, 2))


def test_a_description_is_cut_to_what_github_takes_and_still_recognised(stage: Stage) -> None:
    sha = stage.open().head_sha
    for _ in range(2):
        post(stage, sha, description="long " * 40, url="")
    stage.prepare(lambda world: check_count(world, 1))


def check_count(world: World, expected: int) -> None:
    assert len(posted(world)) == expected


def test_a_job_without_the_permission_is_told_which_one(stage: Stage) -> None:
    sha = stage.open().head_sha
    stage.prepare(lambda world: world.weaken("job"))
    with pytest.raises(MisuseError, match="Resource not accessible by integration") as caught:
        post(stage, sha)
    assert caught.value.advice == "Grant the job's token “Commit statuses: write” on homelab/config."
