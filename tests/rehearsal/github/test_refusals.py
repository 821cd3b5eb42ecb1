"""What GitHub refuses is refused, with its code and its words."""

from __future__ import annotations

import time

import pytest
import requests
from msgspec.structs import replace

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import (
    Conclusion,
    Level,
    MergeMethod,
    Permission,
    Protection,
    Role,
    RuleSource,
    Settings,
    StandIn,
)
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.keys import PersonalKey
from tests.rehearsal.github.place import NAME, REPOSITORY, Place, make_place

BUILD = RequiredCheck(name="build")
PULL = f"{REPOSITORY}/pulls/1"


def _says(answered: requests.Response, status: int, words: str) -> None:
    """The body has GitHub's three keys, and the words are in its message or its errors."""
    body = answered.json()
    assert (answered.status_code, body["status"]) == (status, str(status)), answered.text
    assert {"message", "documentation_url"} <= body.keys()
    assert words in f"{body['message']} {body.get('errors', '')}"


def test_an_unknown_token_is_refused(connect: Connect) -> None:
    _says(connect("ghp_nobody").get("/user"), 401, "Bad credentials")


def test_an_unknown_address_is_not_found(author: Client) -> None:
    _says(author.get(f"{REPOSITORY}/no/such/thing"), 404, "Not Found")


def test_nobody_can_ask_who_they_are(github: StandIn, connect: Connect) -> None:
    _says(connect().get("/user"), 401, "Requires authentication")


def test_a_job_is_nobody(job: Client) -> None:
    _says(job.get("/user"), 403, "Resource not accessible by integration")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"head": "update", "base": "main"}, '"title" wasn\'t supplied.'),
        ({"title": "t", "head": "nothing", "base": "main"}, "'field': 'head', 'code': 'invalid'"),
        ({"title": "t", "head": "update", "base": "nothing"}, "'field': 'base', 'code': 'invalid'"),
        ({"title": "t", "head": "stranger:update", "base": "main"}, "'field': 'head', 'code': 'invalid'"),
        ({"title": "t", "head": "main", "base": "main"}, "No commits between main and main"),
        ({"title": "t", "head": "update", "base": "main", "body": "x" * 65537}, "body is too long"),
    ],
)
def test_a_pull_request_that_makes_no_sense_is_refused(
    place: Place, author: Client, body: dict[str, object], words: str
) -> None:
    place.propose()
    _says(author.post(f"{REPOSITORY}/pulls", body), 422, words)


def test_a_second_pull_request_from_a_branch_is_refused(author: Client, proposed: str) -> None:
    again = author.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "owner:update", "base": "main"})
    _says(again, 422, "A pull request already exists for owner:update.")
    assert author.get(proposed).json()["title"] == "Update"


def test_a_job_may_not_open_a_pull_request_unless_the_owner_lets_it(place: Place, job: Client) -> None:
    place.propose()
    wanted = {"title": "t", "head": "update", "base": "main"}
    _says(job.post(f"{REPOSITORY}/pulls", wanted), 403, "GitHub Actions is not permitted to create or approve")
    place.config.state.settings = replace(place.config.state.settings, actions_may_approve=True)
    assert job.post(f"{REPOSITORY}/pulls", wanted).status_code == 201


def test_an_author_cannot_approve_their_own(author: Client, proposed: str) -> None:
    refused = author.post(f"{proposed}/reviews", {"event": "APPROVE"})
    _says(refused, 422, "Review Can not approve your own pull request")
    assert author.get(f"{proposed}/reviews").json() == []


def test_a_job_cannot_approve(job: Client, proposed: str) -> None:
    refused = job.post(f"{proposed}/reviews", {"event": "APPROVE"})
    _says(refused, 422, "GitHub Actions is not permitted to approve pull requests.")


@pytest.mark.parametrize("sha", ["0" * 40, "main", "nonsense"])
def test_a_review_of_a_commit_that_is_not_in_it_is_refused(
    place: Place, reviewer: Client, proposed: str, sha: str
) -> None:
    place.config.commit({"other": "x"})
    refused = reviewer.post(f"{proposed}/reviews", {"event": "APPROVE", "commit_id": sha})
    _says(refused, 422, "Commit is not part of the pull request")


def test_a_closed_pull_request_takes_no_review(author: Client, reviewer: Client, proposed: str) -> None:
    assert author.ask("PATCH", proposed, {"state": "closed"}).json()["state"] == "closed"
    _says(reviewer.post(f"{proposed}/reviews", {"event": "APPROVE"}), 422, "Pull request is closed")


def test_a_merge_at_another_head_is_refused(place: Place, author: Client, proposed: str) -> None:
    seen = place.config.head("update")
    place.propose("moved")
    refused = author.ask("PUT", f"{proposed}/merge", {"sha": seen})
    _says(refused, 409, "Head branch was modified. Review and try the merge again.")
    assert place.config.pull(1).is_open


def test_a_merge_that_conflicts_is_refused(place: Place, author: Client, proposed: str) -> None:
    place.config.commit({"flake.lock": "another update\n"})
    author.get(proposed)
    assert author.get(proposed).json()["mergeable_state"] == "dirty"
    _says(author.ask("PUT", f"{proposed}/merge", {}), 405, "Pull Request is not mergeable")


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("squash", "Squash merges are not allowed on this repository."),
        ("rebase", "Rebase merges are not allowed on this repository."),
        ("merge", "Merge commits are not allowed on this repository."),
    ],
)
def test_a_merge_method_that_is_off_is_refused(
    place: Place, author: Client, proposed: str, method: str, words: str
) -> None:
    others = frozenset(MergeMethod) - {MergeMethod(method)}
    place.config.state.settings = Settings(merge_methods=others)
    _says(author.ask("PUT", f"{proposed}/merge", {"merge_method": method}), 405, words)


CLASSIC = Protection(source=RuleSource.CLASSIC)
RULESET = Protection(source=RuleSource.RULESET)
RULES = "Repository rule violations found\n\n"
OBSTACLES = [
    (replace(CLASSIC, required_approvals=1), "At least 1 approving review is required by reviewers with write access."),
    (replace(CLASSIC, required_approvals=2), "At least 2 approving reviews are required by reviewers"),
    (replace(RULESET, required_approvals=1), f"{RULES}At least 1 approving review is required"),
    (replace(CLASSIC, required_checks=(RequiredCheck(name="tests"),)), 'Required status check "tests" is expected.'),
    (
        replace(RULESET, required_checks=(RequiredCheck(name="tests"),)),
        f'{RULES}Required status check "tests" is expected.',
    ),
    (
        replace(CLASSIC, required_checks=(RequiredCheck(name="a"), RequiredCheck(name="b"), BUILD)),
        "2 of 3 required status checks are expected.",
    ),
    (replace(CLASSIC, required_checks=(replace(BUILD, app_id=7),)), 'Required status check "build" is expected.'),
    (replace(RULESET, requires_code_owner_review=True), f"{RULES}Waiting on code owner review from reviewer."),
    (
        replace(CLASSIC, requires_last_push_approval=True),
        "New changes require approval from someone other than the last",
    ),
    (replace(RULESET, requires_signatures=True), f"{RULES}Commits must have verified signatures."),
    (replace(RULESET, requires_merge_queue=True), "Changes must be made through the merge queue"),
]


@pytest.mark.parametrize(("rules", "words"), OBSTACLES)
def test_a_rule_stands_in_the_way_of_a_merge(
    place: Place, author: Client, proposed: str, rules: Protection, words: str
) -> None:
    place.config.protect(rules)
    before = place.config.head()
    _says(author.ask("PUT", f"{proposed}/merge", {}), 405, words)
    assert place.config.head() == before
    author.get(proposed)
    assert author.get(proposed).json()["mergeable_state"] == "blocked"


@pytest.mark.parametrize("rules", [rules for rules, _ in OBSTACLES[:-1]])
def test_a_rule_binds_nobody_who_may_bypass_it(place: Place, author: Client, proposed: str, rules: Protection) -> None:
    place.config.protect(replace(rules, bypass=frozenset({place.author.login})))
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 200


def test_a_failing_check_is_named(github: StandIn, connect: Connect) -> None:
    place = make_place(github, replace(RULESET, required_checks=(BUILD,)), ci=Conclusion.FAILURE)
    place.propose()
    author = connect(place.token(place.author))
    author.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "update", "base": "main"})
    _says(author.ask("PUT", f"{PULL}/merge", {}), 405, 'Required status check "build" is failing.')


def test_a_branch_that_is_behind_says_so(place: Place, author: Client, proposed: str) -> None:
    place.config.protect(replace(CLASSIC, is_strict=True, required_approvals=1))
    place.config.commit({"other": "x"})
    author.get(proposed)
    assert author.get(proposed).json()["mergeable_state"] == "behind"


def test_a_rebase_under_a_signing_rule_is_refused(place: Place, author: Client, personal_key: PersonalKey) -> None:
    place.github.add_gpg_key(place.author, personal_key.public)
    place.config.commit({"flake.lock": "signed"}, branch="update", author=place.author, sign=personal_key.sign)
    place.config.protect(replace(CLASSIC, requires_signatures=True))
    author.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "update", "base": "main"})
    refused = author.ask("PUT", f"{PULL}/merge", {"merge_method": "rebase"})
    _says(refused, 405, "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub")
    assert author.ask("PUT", f"{PULL}/merge", {}).status_code == 200


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        (RuleSource.RULESET, 422, "Repository rule violations found\n\nCannot update this protected ref.\n\n"),
        (RuleSource.CLASSIC, 422, "Changes must be made through a pull request."),
    ],
)
def test_a_protected_ref_cannot_be_moved(
    place: Place, author: Client, source: RuleSource, status: int, words: str
) -> None:
    place.config.protect(Protection(source=source))
    _says(author.ask("PATCH", f"{REPOSITORY}/git/refs/heads/main", {"sha": place.propose()}), status, words)


def test_a_protected_branch_cannot_be_deleted(place: Place, author: Client) -> None:
    place.config.protect(RULESET)
    _says(author.ask("DELETE", f"{REPOSITORY}/git/refs/heads/main"), 422, "Cannot delete this branch")


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/statuses/main", {"state": "great"}, "state is not included in the list"),
        ("/statuses/main", {"state": "success", "description": "x" * 141}, "description is too long"),
        ("/statuses/" + "0" * 40, {"state": "success"}, "No commit found for SHA: " + "0" * 40),
    ],
)
def test_a_status_that_makes_no_sense_is_refused(
    author: Client, path: str, body: dict[str, object], words: str
) -> None:
    _says(author.post(REPOSITORY + path, body), 422, words)


def test_only_apps_post_check_runs(author: Client, place: Place) -> None:
    wanted = {"name": "build", "head_sha": place.config.head(), "conclusion": "success"}
    _says(author.post(f"{REPOSITORY}/check-runs", wanted), 403, "You must authenticate via a GitHub App.")


def test_a_private_repository_is_hidden(place: Place, connect: Connect) -> None:
    place.config.state.settings = Settings(is_private=True)
    for token in (None, place.token(place.visitor)):
        _says(connect(token).get(REPOSITORY), 404, "Not Found")
    assert connect(place.token(place.author)).get(REPOSITORY).json()["private"] is True


def test_a_reader_may_not_write(place: Place, connect: Connect, proposed: str) -> None:
    visitor = connect(place.token(place.visitor))
    head = place.config.head("update")
    _says(visitor.ask("PUT", f"{proposed}/merge", {}), 404, "Not Found")
    _says(visitor.post(f"{REPOSITORY}/statuses/{head}", {"state": "success"}), 404, "Not Found")
    narrow = place.github.issue_token(place.visitor, permissions={Permission.CONTENTS: Level.WRITE})
    refused = connect(narrow).ask("PUT", f"{proposed}/merge", {})
    _says(refused, 403, "Resource not accessible by personal access token")


def test_an_approval_without_write_access_does_not_count(
    place: Place, author: Client, connect: Connect, proposed: str
) -> None:
    place.config.protect(replace(CLASSIC, required_approvals=1))
    approved = connect(place.token(place.visitor)).post(f"{proposed}/reviews", {"event": "APPROVE"})
    assert (approved.status_code, approved.json()["state"]) == (200, "APPROVED")
    _says(author.ask("PUT", f"{proposed}/merge", {}), 405, "At least 1 approving review is required")
    place.config.state.collaborators[place.visitor] = Role.WRITE
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 200


def test_the_hourly_limit_is_enforced(place: Place, author: Client) -> None:
    place.github.limits.user = 2
    assert [author.get(f"/repos/{NAME}").status_code for _ in range(2)] == [200, 200]
    refused = author.get(f"/repos/{NAME}")
    _says(refused, 403, "API rate limit exceeded for user ID")
    assert refused.headers["x-ratelimit-remaining"] == "0"


def test_every_answer_says_what_is_left_of_the_hour(author: Client) -> None:
    first, second = (author.get(f"/repos/{NAME}").headers for _ in range(2))
    used, remaining = (int(second[f"x-ratelimit-{name}"]) for name in ("used", "remaining"))
    assert used == int(first["x-ratelimit-used"]) + 1
    assert (second["x-ratelimit-limit"], used + remaining) == ("5000", 5000)
    assert 0 < int(second["x-ratelimit-reset"]) - time.time() <= 3601
    assert first["x-ratelimit-reset"] == second["x-ratelimit-reset"]


def test_who_calls_without_a_token_is_counted_by_address(place: Place, connect: Connect) -> None:
    place.github.limits.anonymous = 1
    nobody = connect(None)
    assert [nobody.get(f"/repos/{NAME}").status_code for _ in range(2)] == [200, 403]
    place.github.limits.change_address()
    assert nobody.get(f"/repos/{NAME}").status_code == 200
