"""Every answer fits GitHub's published description, as githubkit's models hold it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack

import githubkit_schemas.latest.models as published
import pytest
from msgspec import Struct
from pydantic import BaseModel, TypeAdapter
from starlette.routing import compile_path

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Protection, RuleSource, StandIn
from flakebot.rehearsal.github.http.endpoints import Endpoint
from flakebot.rehearsal.github.rest.catalogue import API_ENDPOINTS
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.keys import PersonalKey
from tests.rehearsal.github.place import REPOSITORY, Place, make_place

READS: tuple[tuple[str, type[BaseModel], bool], ...] = (
    ("", published.FullRepository, False),
    ("/activity", published.Activity, True),
    ("/branches", published.ShortBranch, True),
    ("/branches/main", published.BranchWithProtection, False),
    ("/git/ref/heads/main", published.GitRef, False),
    ("/git/matching-refs/heads/", published.GitRef, True),
    ("/commits", published.Commit, True),
    ("/commits?sha=main&until=2037-01-01T00:00:00Z&per_page=1", published.Commit, True),
    ("/commits/main", published.Commit, False),
    ("/git/commits/{head}", published.GitCommit, False),
    ("/git/trees/{head}", published.GitTree, False),
    ("/git/trees/{head}?recursive=1", published.GitTree, False),
    ("/git/blobs/{blob}", published.Blob, False),
    ("/contents/flake.lock", published.ContentFile, False),
    ("/contents/flake.lock?ref=update", published.ContentFile, False),
    ("/contents", published.ContentDirectoryItems, True),
    ("/contents/.github", published.ContentDirectoryItems, True),
    ("/compare/main...update", published.CommitComparison, False),
    ("/compare/update...main", published.CommitComparison, False),
    ("/codeowners/errors", published.CodeownersErrors, False),
    ("/collaborators/author/permission", published.RepositoryCollaboratorPermission, False),
    ("/pulls", published.PullRequestSimple, True),
    ("/pulls/1", published.PullRequest, False),
    ("/pulls/1/files", published.DiffEntry, True),
    ("/pulls/1/commits", published.Commit, True),
    ("/pulls/1/reviews", published.PullRequestReview, True),
    ("/pulls/1/reviews/{review}", published.PullRequestReview, False),
    ("/pulls/1/requested_reviewers", published.PullRequestReviewRequest, False),
    ("/issues/1", published.Issue, False),
    ("/issues/1/comments", published.IssueComment, True),
    ("/issues/comments/{comment}", published.IssueComment, False),
    ("/issues/1/labels", published.Label, True),
    ("/labels", published.Label, True),
    ("/labels/dependencies", published.Label, False),
    ("/commits/update/status", published.CombinedCommitStatus, False),
    ("/commits/update/statuses", published.Status, True),
    ("/statuses/update", published.Status, True),
    ("/check-runs/{run}", published.CheckRun, False),
)


class Exhibit(Struct, frozen=True, kw_only=True):
    """A repository in which everything that can be listed is there, and the author's client."""

    place: Place
    author: Client
    job: Client


@pytest.fixture(scope="module")
def exhibit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibit]:
    with StandIn(root=tmp_path_factory.mktemp("github")) as github, ExitStack() as stack:

        def connect(token: str | None = None) -> Client:
            client = Client(github=github, token=token)
            stack.callback(client.session.close)
            return client

        place = make_place(github)
        yield Exhibit(place=place, author=_furnish(place, connect), job=connect(place.job_token()))


def _furnish(place: Place, connect: Connect) -> Client:
    author, reviewer = connect(place.token(place.author)), connect(place.token(place.reviewer))
    sha = place.propose()
    place.config.commit({".github/CODEOWNERS": "/flake.lock @reviewer\n*.nix docs@\n"})
    for client, path, body in (
        (author, "/pulls", {"title": "Update", "head": "update", "base": "main"}),
        (author, "/pulls/1/requested_reviewers", {"reviewers": ["visitor"]}),
        (reviewer, "/pulls/1/reviews", {"event": "APPROVE", "commit_id": sha}),
        (author, "/issues/1/labels", {"labels": ["dependencies"]}),
        (author, "/issues/1/comments", {"body": "Looks fine"}),
        (connect(place.job_token()), f"/statuses/{sha}", {"state": "success", "context": "flakebot/flake-check"}),
    ):
        assert client.post(REPOSITORY + path, body).status_code < 300
    return author


@pytest.mark.parametrize(("path", "model", "is_list"), READS)
def test_what_is_read_in_a_repository_fits(exhibit: Exhibit, path: str, model: type[BaseModel], is_list: bool) -> None:
    head = exhibit.place.config.head("update")
    blob = exhibit.place.config.state.store.tree(head)[1].sha
    (pull,) = exhibit.place.config.pulls()
    run = exhibit.place.config.state.latest_check_runs(head)[0].id
    review, comment = pull.reviews[0].id, pull.comments[0].id
    asked = path.format(head=head, blob=blob, run=run, review=review, comment=comment)
    client = exhibit.job if path.startswith("/check-runs/") else exhibit.author
    answered = client.get(REPOSITORY + asked)
    assert answered.status_code == 200, answered.text
    if is_list:
        found = answered.json()
        assert found
        assert all(model.model_validate(item) for item in found)
    else:
        model.model_validate_json(answered.text)


_LABELS = TypeAdapter(list[published.Label])

WRITES: tuple[tuple[str, str, dict[str, object], int, type[BaseModel]], ...] = (
    ("PATCH", "/pulls/1", {"title": "Other"}, 200, published.PullRequest),
    ("POST", "/pulls/1/requested_reviewers", {"reviewers": ["visitor"]}, 201, published.PullRequestSimple),
    ("POST", "/pulls/1/reviews", {"event": "COMMENT", "body": "Hm"}, 200, published.PullRequestReview),
    ("POST", "/issues/1/comments", {"body": "Hm"}, 201, published.IssueComment),
    ("POST", "/labels", {"name": "new", "color": "ff0000"}, 201, published.Label),
    ("POST", "/statuses/{head}", {"state": "pending", "context": "x"}, 201, published.Status),
    ("PUT", "/pulls/1/merge", {}, 200, published.PullRequestMergeResult),
    ("POST", "/git/refs", {"ref": "refs/heads/other", "sha": "{head}"}, 201, published.GitRef),
    ("PATCH", "/git/refs/heads/update", {"sha": "{head}"}, 200, published.GitRef),
)


@pytest.mark.parametrize(("method", "path", "body", "status", "model"), WRITES)
def test_what_a_write_answers_fits(
    place: Place,
    author: Client,
    proposed: str,
    method: str,
    path: str,
    body: dict[str, object],
    status: int,
    model: type[BaseModel],
) -> None:
    head = place.config.head("update")
    given = {key: value.replace("{head}", head) if isinstance(value, str) else value for key, value in body.items()}
    answered = author.ask(method, REPOSITORY + path.format(head=head), given)
    assert answered.status_code == status, answered.text
    model.model_validate_json(answered.text)


def test_labels_that_are_set_fit(author: Client, proposed: str) -> None:
    for method, names in (("POST", ["a", "b"]), ("PUT", ["b", "c"])):
        changed = author.ask(method, f"{REPOSITORY}/issues/1/labels", {"labels": names})
        assert [label.name for label in _LABELS.validate_json(changed.text)] == names
    left = author.ask("DELETE", f"{REPOSITORY}/issues/1/labels/b")
    assert [label.name for label in _LABELS.validate_json(left.text)] == ["c"]


def test_a_review_that_is_dismissed_fits(place: Place, author: Client, reviewer: Client, proposed: str) -> None:
    given = reviewer.post(f"{proposed}/reviews", {"event": "APPROVE"}).json()["id"]
    dismissed = author.ask("PUT", f"{proposed}/reviews/{given}/dismissals", {"message": "It changed"})
    assert published.PullRequestReview.model_validate_json(dismissed.text).state == "DISMISSED"
    shown = published.PullRequestReview.model_validate_json(author.get(f"{proposed}/reviews/{given}").text)
    assert shown.state == "DISMISSED"


def test_a_new_pull_request_fits(place: Place, author: Client) -> None:
    place.propose()
    opened = author.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "update", "base": "main"})
    assert published.PullRequest.model_validate_json(opened.text).changed_files == 1


def test_check_runs_fit(place: Place, job: Client, proposed: str) -> None:
    head = place.config.head("update")
    posted = job.post(f"{REPOSITORY}/check-runs", {"name": "x", "head_sha": head, "conclusion": "neutral"})
    run = published.CheckRun.model_validate_json(posted.text)
    changed = job.ask("PATCH", f"{REPOSITORY}/check-runs/{run.id}", {"conclusion": "failure"})
    assert published.CheckRun.model_validate_json(changed.text).conclusion == "failure"
    listed = job.get(f"{REPOSITORY}/commits/{head}/check-runs").json()
    assert listed["total_count"] == 2
    runs = TypeAdapter(list[published.CheckRun]).validate_python(listed["check_runs"])
    assert {(run.name, run.conclusion) for run in runs} == {("build", "success"), ("x", "failure")}


def test_accounts_and_keys_fit(place: Place, author: Client, personal_key: PersonalKey) -> None:
    place.github.add_gpg_key(place.author, personal_key.public)
    assert published.PrivateUser.model_validate_json(author.get("/user").text).login == "author"
    assert published.PublicUser.model_validate_json(author.get("/users/reviewer").text).login == "reviewer"
    keys = TypeAdapter(list[published.GpgKey]).validate_json(author.get("/users/author/gpg_keys").text)
    assert [key.key_id for key in keys] == [personal_key.fingerprint[-16:]]
    assert keys[0].raw_key == personal_key.public


def test_rate_limits_fit(author: Client) -> None:
    found = published.RateLimitOverview.model_validate_json(author.get("/rate_limit").text)
    assert found.resources.core.limit == 5000


RULES: dict[str, type[BaseModel]] = {
    "deletion": published.RepositoryRuleDetailedOneof2,
    "required_signatures": published.RepositoryRuleDetailedOneof6,
    "pull_request": published.RepositoryRuleDetailedOneof7,
    "required_status_checks": published.RepositoryRuleDetailedOneof8,
    "non_fast_forward": published.RepositoryRuleDetailedOneof9,
}


def test_branch_rules_fit(github: StandIn, connect: Connect) -> None:
    rules = Protection(required_checks=(RequiredCheck(name="build", app_id=15368),), requires_signatures=True)
    classic = Protection(required_checks=(RequiredCheck(name="only classic"),), source=RuleSource.CLASSIC)
    place = make_place(github, rules, classic)
    text = connect(place.token(place.author)).get(f"{REPOSITORY}/rules/branches/main").text
    found = json.loads(text)
    assert {rule["type"] for rule in found} == set(RULES)
    assert all(RULES[rule["type"]].model_validate(rule) for rule in found)
    assert "only classic" not in text


ELSEWHERE = {
    ("POST", "/repos/{owner}/{repo}/pulls"),
    ("POST", "/repos/{owner}/{repo}/issues/{number}/labels"),
    ("PUT", "/repos/{owner}/{repo}/issues/{number}/labels"),
    ("DELETE", "/repos/{owner}/{repo}/issues/{number}/labels/{name}"),
    ("PUT", "/repos/{owner}/{repo}/pulls/{number}/reviews/{review}/dismissals"),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs"),
    ("POST", "/repos/{owner}/{repo}/check-runs"),
    ("PATCH", "/repos/{owner}/{repo}/check-runs/{run}"),
    ("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment}"),
    ("GET", "/repos/{owner}/{repo}/rules/branches/{branch}"),
    ("GET", "/user"),
    ("GET", "/users/{login}"),
    ("GET", "/users/{login}/gpg_keys"),
    ("GET", "/rate_limit"),
}
"""What tests of their own hold against the description: those above, and the tapes (tests/adapters/github)."""

WITHOUT_A_BODY = {
    ("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment}"),
    ("DELETE", "/repos/{owner}/{repo}/git/refs/{ref}"),
    ("GET", "/repos/{owner}/{repo}/pulls/{number}/merge"),
}
"""204: that it is so is the whole answer."""

NOT_JSON = {("GET", "/repos/{owner}/{repo}/tarball"), ("GET", "/repos/{owner}/{repo}/tarball/{ref}")}
GRAPHQL = {("POST", "/graphql")}
"""Described by a schema of its own."""

HEADERS_ONLY = {("GET", "/")}
"""gh asks for it to see the scopes of its token; nobody reads what it says."""


def test_no_address_of_the_stand_in_answers_without_being_held_against_the_description() -> None:
    described = [("GET", path) for path, _, _ in READS] + [(method, path) for method, path, *_ in WRITES]
    seen = {(method, _address(method, f"/repos/homelab/config{path}")) for method, path in described}
    known = seen | ELSEWHERE | WITHOUT_A_BODY | NOT_JSON | GRAPHQL | HEADERS_ONLY
    assert sorted({_name(endpoint) for endpoint in API_ENDPOINTS} - known) == []
    assert sorted(known - {_name(endpoint) for endpoint in API_ENDPOINTS}) == []


def _address(method: str, path: str) -> str:
    """Return the address that answers a request: the first that fits, as the stand-in itself chooses it."""
    sample = re.sub(r"\{\w+\}", "1", path.partition("?")[0])
    fitting = (end for end in API_ENDPOINTS if end.method == method and compile_path(end.path)[0].match(sample))
    return _name(next(fitting))[1]


def _name(endpoint: Endpoint) -> tuple[str, str]:
    return endpoint.method, re.sub(r":\w+\}", "}", endpoint.path)
