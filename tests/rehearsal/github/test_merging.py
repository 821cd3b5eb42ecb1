"""Merging in GitHub's three ways, and what reviews, pushes and forks have to do with it."""

from __future__ import annotations

import pytest

from flakebot.rehearsal.github import Account, Protection
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.place import NAME, NEW_LOCK, REPOSITORY, Place

APPROVE = {"event": "APPROVE"}


@pytest.mark.parametrize(("method", "parents"), [("merge", 2), ("squash", 1), ("rebase", 1)])
def test_each_method_brings_the_update_to_the_base(
    place: Place, author: Client, proposed: str, method: str, parents: int
) -> None:
    place.config.commit({"other": "x"})
    before, head = place.config.head(), place.config.head("update")
    merged = author.ask("PUT", f"{proposed}/merge", {"merge_method": method, "sha": head})
    assert merged.json() == {"sha": place.config.head(), "merged": True, "message": "Pull Request successfully merged"}
    commit = author.get(f"{REPOSITORY}/commits/main").json()
    assert [parent["sha"] for parent in commit["parents"]] == [before, head][:parents]
    assert place.config.read("flake.lock").decode() == NEW_LOCK
    assert place.config.read("other") == b"x"
    assert commit["commit"]["verification"]["verified"] is (method != "rebase")


def test_a_merge_is_shown_afterwards(place: Place, author: Client, proposed: str) -> None:
    assert author.get(f"{proposed}/merge").status_code == 404
    author.ask("PUT", f"{proposed}/merge", {"commit_title": "Pins", "commit_message": "All of them"})
    shown = author.get(proposed).json()
    assert (shown["state"], shown["merged"], shown["merged_by"]["login"]) == ("closed", True, "author")
    assert (shown["merge_commit_sha"], shown["changed_files"], shown["commits"]) == (place.config.head(), 1, 1)
    assert author.get(f"{proposed}/merge").status_code == 204
    assert author.get(f"{REPOSITORY}/commits/main").json()["commit"]["message"] == "Pins\n\nAll of them"


def test_an_approval_outlives_a_push_unless_the_rules_say_otherwise(
    place: Place, author: Client, reviewer: Client, proposed: str
) -> None:
    place.config.protect(Protection(required_approvals=1))
    given = reviewer.post(f"{proposed}/reviews", APPROVE | {"commit_id": place.config.head("update")}).json()
    place.propose("moved")
    assert [review["state"] for review in author.get(f"{proposed}/reviews").json()] == ["APPROVED"]
    assert given["commit_id"] != place.config.head("update")
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 200


def test_a_push_dismisses_approvals_when_the_rules_say_so(
    place: Place, author: Client, reviewer: Client, proposed: str
) -> None:
    place.config.protect(Protection(required_approvals=1, dismisses_stale_reviews=True))
    reviewer.post(f"{proposed}/reviews", APPROVE)
    place.propose("moved")
    assert [review["state"] for review in author.get(f"{proposed}/reviews").json()] == ["DISMISSED"]
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 405


def test_a_dismissed_or_withdrawn_approval_does_not_count(
    place: Place, author: Client, reviewer: Client, proposed: str
) -> None:
    place.config.protect(Protection(required_approvals=1))
    review = reviewer.post(f"{proposed}/reviews", APPROVE).json()["id"]
    dismissed = author.ask("PUT", f"{proposed}/reviews/{review}/dismissals", {"message": "No"})
    assert dismissed.json()["state"] == "DISMISSED"
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 405
    reviewer.post(f"{proposed}/reviews", APPROVE)
    reviewer.post(f"{proposed}/reviews", {"event": "REQUEST_CHANGES", "body": "Wait"})
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 405


def test_the_last_pusher_cannot_approve_for_themselves(
    place: Place, author: Client, reviewer: Client, proposed: str
) -> None:
    place.config.protect(Protection(requires_last_push_approval=True))
    place.config.commit({"flake.lock": "by the reviewer"}, branch="update", author=place.reviewer)
    reviewer.post(f"{proposed}/reviews", APPROVE)
    refused = author.ask("PUT", f"{proposed}/merge", {})
    assert "New changes require approval from someone other than the last pusher." in refused.json()["message"]


def test_an_approval_before_the_last_push_is_not_enough_where_that_push_must_be_approved(
    place: Place, author: Client, reviewer: Client, proposed: str
) -> None:
    place.config.protect(Protection(requires_last_push_approval=True))
    reviewer.post(f"{proposed}/reviews", APPROVE)
    place.propose("moved")
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 405
    reviewer.post(f"{proposed}/reviews", APPROVE)
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 200


def test_a_push_of_the_head_to_the_base_counts_as_a_merge(place: Place, author: Client, proposed: str) -> None:
    place.config.set_branch("main", place.config.head("update"))
    assert author.get(proposed).json()["merged"] is True


def test_a_closed_pull_request_can_be_reopened(place: Place, author: Client, proposed: str) -> None:
    author.ask("PATCH", proposed, {"state": "closed"})
    assert author.get(f"{REPOSITORY}/pulls").json() == []
    assert author.ask("PATCH", proposed, {"state": "open"}).json()["state"] == "open"
    place.config.delete_branch("update")
    refused = author.ask("PATCH", proposed, {"state": "open"})
    assert (refused.status_code, "cannot be reopened" in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("?state=closed", 0),
        ("?state=all", 1),
        ("?head=owner:update", 1),
        ("?head=author:update", 0),
        ("?head=owner:other", 0),
        ("?base=main", 1),
        ("?base=other", 0),
    ],
)
def test_pull_requests_are_found_by_what_they_are(author: Client, proposed: str, query: str, found: int) -> None:
    assert len(author.get(f"{REPOSITORY}/pulls{query}").json()) == found
    assert proposed


def test_a_fork_proposes_and_its_commits_show_under_the_parents_name(place: Place, connect: Connect) -> None:
    fork = place.config.fork(place.visitor)
    sha = fork.commit({"flake.lock": "forked"}, branch="update", author=place.visitor)
    visitor = connect(place.token(place.visitor))
    opened = visitor.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "visitor:update", "base": "main"}).json()
    assert (opened["head"]["repo"]["full_name"], opened["base"]["repo"]["full_name"]) == ("visitor/config", NAME)
    assert opened["head"]["repo"]["fork"] is True
    assert visitor.get(f"{REPOSITORY}/commits/{sha}").json()["sha"] == sha
    assert visitor.get(f"{REPOSITORY}/compare/main...visitor:update").json()["ahead_by"] == 1
    assert [branch["name"] for branch in visitor.get(f"{REPOSITORY}/branches").json()] == ["main"]


def test_the_base_sha_stays_what_it_was_when_the_head_was_pushed(place: Place, author: Client, proposed: str) -> None:
    before = place.config.head()
    place.config.commit({"other": "x"})
    assert author.get(proposed).json()["base"]["sha"] == before
    place.propose("moved")
    assert author.get(proposed).json()["base"]["sha"] == place.config.head()


@pytest.mark.parametrize(
    ("base", "head", "status", "ahead", "behind"),
    [
        ("main", "update", "diverged", 1, 1),
        ("update", "main", "diverged", 1, 1),
        ("main", "main", "identical", 0, 0),
        ("v1", "main", "ahead", 2, 0),
        ("main", "v1", "behind", 0, 2),
    ],
)
def test_comparisons_count_from_the_merge_base(
    place: Place, author: Client, base: str, head: str, status: str, ahead: int, behind: int
) -> None:
    place.config.set_branch("v1", place.config.head())
    fork_point = place.config.commit({"one": "x"})
    place.propose()
    place.config.commit({"two": "x"})
    found = author.get(f"{REPOSITORY}/compare/{base}...{head}").json()
    assert (found["status"], found["ahead_by"], found["behind_by"]) == (status, ahead, behind)
    assert len(found["commits"]) == ahead
    if status == "diverged":
        assert found["merge_base_commit"]["sha"] == fork_point


def test_a_status_names_who_posted_it(place: Place, author: Client, job: Client) -> None:
    path = f"{REPOSITORY}/statuses/{place.config.head()}"
    assert author.get(f"{REPOSITORY}/commits/main/status").json()["state"] == "pending"
    author.post(path, {"state": "failure", "context": "x"})
    job.post(path, {"state": "success", "context": "x"})
    listed = author.get(f"{REPOSITORY}/commits/main/statuses").json()
    assert [(status["state"], status["creator"]["login"]) for status in listed] == [
        ("success", "github-actions[bot]"),
        ("failure", "author"),
    ]
    combined = author.get(f"{REPOSITORY}/commits/main/status").json()
    assert (combined["state"], combined["total_count"]) == ("success", 1)


def test_nothing_starts_for_what_a_job_pushed(place: Place, author: Client, proposed: str) -> None:
    actions: Account = place.github.hub.world.accounts["github-actions[bot]"]
    sha = place.config.commit({"flake.lock": "job"}, branch="update", author=place.author, pusher=actions)
    assert author.get(f"{REPOSITORY}/commits/{sha}/check-runs").json()["total_count"] == 0
    assert author.get(proposed).json()["head"]["sha"] == sha
