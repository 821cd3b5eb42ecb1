"""What GitHub lets happen by itself, though flakebot does not: the attacks of ``tests/attacks`` that need no lock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Protection
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.place import REPOSITORY, Place

PULLS = f"{REPOSITORY}/pulls"
OWN = "flakebot/flake-check"
FILES = 300
"""How many a comparison lists (https://docs.github.com/en/rest/commits/commits#compare-two-commits)."""


def merges(client: Client, pull: str) -> bool:
    return client.ask("PUT", f"{pull}/merge", {}).status_code == 200


def opened(client: Client, **wanted: str | bool) -> str:
    number = client.post(PULLS, {"title": "t", "head": "update", "base": "main"} | wanted).json()["number"]
    return f"{PULLS}/{number}"


@pytest.mark.parametrize("poster", ["author", "reviewer"])
def test_a_required_status_counts_whoever_posted_it(
    place: Place, author: Client, reviewer: Client, proposed: str, poster: str
) -> None:
    place.config.protect(Protection(required_checks=(RequiredCheck(name=OWN),)))
    assert not merges(author, proposed)
    client = {"author": author, "reviewer": reviewer}[poster]
    client.post(f"{REPOSITORY}/statuses/{place.config.head('update')}", {"state": "success", "context": OWN})
    assert merges(author, proposed)


def test_a_later_green_status_of_another_account_covers_a_red_one(
    place: Place, author: Client, job: Client, proposed: str
) -> None:
    place.config.protect(Protection(required_checks=(RequiredCheck(name=OWN),)))
    path = f"{REPOSITORY}/statuses/{place.config.head('update')}"
    job.post(path, {"state": "failure", "context": OWN})
    assert not merges(author, proposed)
    author.post(path, {"state": "success", "context": OWN})
    assert merges(author, proposed)


def test_a_required_status_may_be_the_check_run_of_any_app(
    place: Place, author: Client, job: Client, proposed: str
) -> None:
    place.config.protect(Protection(required_checks=(RequiredCheck(name=OWN),)))
    head = place.config.head("update")
    run = {"name": OWN, "head_sha": head, "status": "completed", "conclusion": "success"}
    assert job.post(f"{REPOSITORY}/check-runs", run).status_code == 201
    assert merges(author, proposed)


def test_a_failed_check_that_nobody_requires_is_merged(
    place: Place, author: Client, job: Client, proposed: str
) -> None:
    job.post(f"{REPOSITORY}/statuses/{place.config.head('update')}", {"state": "failure", "context": OWN})
    assert merges(author, proposed)


def test_what_another_account_pushed_is_merged(place: Place, author: Client, proposed: str) -> None:
    place.config.commit({"flake.lock": "theirs\n"}, branch="update", author=place.reviewer, pusher=place.reviewer)
    assert merges(author, proposed)
    assert place.config.read("flake.lock") == b"theirs\n"


def test_an_unsigned_commit_is_merged_where_no_rule_wants_signatures(
    place: Place, author: Client, proposed: str
) -> None:
    commit = author.get(f"{REPOSITORY}/commits/{place.config.head('update')}").json()
    assert commit["commit"]["verification"]["verified"] is False
    assert merges(author, proposed)


def _by_the_reviewer(reviewer: Client, _: Client) -> str:
    return opened(reviewer)


def _of_another_branch(_: Client, author: Client) -> str:
    sha = author.get(f"{REPOSITORY}/git/ref/heads/update").json()["object"]["sha"]
    author.post(f"{REPOSITORY}/git/refs", {"ref": "refs/heads/update2", "sha": sha})
    return opened(author, head="update2")


def _to_another_branch(_: Client, author: Client) -> str:
    sha = author.get(f"{REPOSITORY}/git/ref/heads/main").json()["object"]["sha"]
    author.post(f"{REPOSITORY}/git/refs", {"ref": "refs/heads/release", "sha": sha})
    return opened(author, base="release")


@pytest.mark.parametrize("open_one", [_by_the_reviewer, _of_another_branch, _to_another_branch])
def test_whose_it_is_and_where_it_leads_is_all_the_same(
    place: Place, author: Client, reviewer: Client, open_one: Callable[[Client, Client], str]
) -> None:
    place.propose()
    assert merges(author, open_one(reviewer, author))


def test_a_strangers_fork_is_merged(place: Place, author: Client, connect: Connect) -> None:
    place.config.fork(place.visitor).commit({"flake.lock": "forked"}, branch="update", author=place.visitor)
    assert merges(author, opened(connect(place.token(place.visitor)), head="visitor:update"))


def test_a_draft_is_approved_all_the_same(place: Place, author: Client, reviewer: Client) -> None:
    place.propose()
    draft = opened(author, draft=True)
    assert reviewer.post(f"{draft}/reviews", {"event": "APPROVE"}).status_code == 200


@pytest.mark.parametrize(("files", "listed"), [(2, 2), (FILES + 1, FILES)])
def test_a_comparison_leaves_out_files_without_a_word(place: Place, author: Client, files: int, listed: int) -> None:
    place.config.commit({f"f{number}": "x" for number in range(files)}, branch="update", author=place.author)
    found = author.get(f"{REPOSITORY}/compare/main...update").json()
    assert len(found["files"]) == listed
    assert author.get(opened(author)).json()["changed_files"] == files
