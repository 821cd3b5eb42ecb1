"""GitHub's own command line works against the stand-in, unchanged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Account, Protection
from tests.rehearsal.github.place import NAME, Place

pytestmark = pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not installed")

Gh = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def gh(place: Place, tmp_path: Path) -> Gh:
    """Run gh as an account."""

    def run(account: Account, *arguments: str) -> subprocess.CompletedProcess[str]:
        own = {"GH_TOKEN": place.token(account), "GH_CONFIG_DIR": str(tmp_path / "gh"), "GH_NO_UPDATE_NOTIFIER": "1"}
        return subprocess.run(
            ("gh", *arguments),
            cwd=tmp_path,
            env={**os.environ, **place.github.environment(), **own},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_it_knows_who_it_is(place: Place, gh: Gh) -> None:
    status = gh(place.author, "auth", "status")
    said = status.stdout + status.stderr  # newer ones say "account author"
    assert "Logged in to github.com as author" in said or "Logged in to github.com account author" in said


def test_it_lists_and_shows_pull_requests(place: Place, gh: Gh, proposed: str) -> None:
    listed = gh(place.author, "pr", "list", "--repo", NAME)
    assert listed.stdout.split("\t")[:4] == ["1", "Update", "update", "OPEN"], listed.stderr
    shown = gh(place.author, "pr", "view", "1", "--repo", NAME)
    assert {"title:\tUpdate", "state:\tOPEN", "author:\tauthor", "New pins"} <= set(shown.stdout.splitlines()), (
        shown.stderr
    )
    fields = "number,headRefOid,files,statusCheckRollup,mergeable,reviewDecision,commits,isCrossRepository"
    document = json.loads(gh(place.author, "pr", "view", "1", "--repo", NAME, "--json", fields).stdout)
    assert document["headRefOid"] == place.config.head("update")
    assert document["files"] == [{"path": "flake.lock", "additions": 1, "deletions": 1}]
    assert [check["conclusion"] for check in document["statusCheckRollup"]] == ["SUCCESS"]
    assert proposed


def test_it_shows_the_diff(place: Place, gh: Gh, proposed: str) -> None:
    diff = gh(place.author, "pr", "diff", "1", "--repo", NAME).stdout
    assert diff.startswith("diff --git a/flake.lock b/flake.lock")
    assert proposed


def test_it_shows_the_checks(place: Place, gh: Gh, proposed: str) -> None:
    checks = gh(place.author, "pr", "checks", "1", "--repo", NAME)
    assert (checks.returncode, checks.stdout.split("\t")[:2]) == (0, ["build", "pass"]), checks.stderr
    assert proposed


def test_it_approves_for_the_reviewer_and_not_for_the_author(place: Place, gh: Gh, proposed: str) -> None:
    own = gh(place.author, "pr", "review", "1", "--repo", NAME, "--approve")
    assert (own.returncode, "Can not approve your own pull request" in own.stderr) == (1, True)
    approved = gh(place.reviewer, "pr", "review", "1", "--repo", NAME, "--approve", "--body", "Good")
    assert approved.returncode == 0, approved.stderr
    (review,) = place.config.pull(1).reviews
    assert (review.author, review.sha, review.body) == (place.reviewer, place.config.head("update"), "Good")
    assert proposed


def test_it_sets_auto_merge_and_merges(place: Place, gh: Gh, proposed: str) -> None:
    place.config.protect(Protection(required_approvals=1, required_checks=(RequiredCheck(name="build"),)))
    blocked = gh(place.author, "pr", "merge", "1", "--repo", NAME, "--merge")
    assert (blocked.returncode, "is not mergeable" in blocked.stderr) == (1, True)
    waiting = gh(place.author, "pr", "merge", "1", "--repo", NAME, "--merge", "--auto")
    assert waiting.returncode == 0, waiting.stderr
    gh(place.reviewer, "pr", "review", "1", "--repo", NAME, "--approve")
    assert place.config.pull(1).merge is not None
    assert proposed
