"""Every answer fits GitHub's published description, as githubkit's models hold it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import githubkit_schemas.latest.models as published
import pytest
from pydantic import BaseModel, TypeAdapter

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Protection, RuleSource, StandIn
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
    ("/pulls/1/requested_reviewers", published.PullRequestReviewRequest, False),
    ("/issues/1", published.Issue, False),
    ("/issues/1/comments", published.IssueComment, True),
    ("/issues/1/labels", published.Label, True),
    ("/labels", published.Label, True),
    ("/labels/dependencies", published.Label, False),
    ("/commits/update/status", published.CombinedCommitStatus, False),
    ("/commits/update/statuses", published.Status, True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A repository in which everything that can be listed is there, and the author's client."""

    place: Place
    author: Client


@pytest.fixture(scope="module")
def exhibit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibit]:
    with StandIn(root=tmp_path_factory.mktemp("github")) as github, ExitStack() as stack:

        def connect(token: str | None = None) -> Client:
            client = Client(github=github, token=token)
            stack.callback(client.session.close)
            return client

        place = make_place(github)
        yield Exhibit(place=place, author=_furnish(place, connect))


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
    answered = exhibit.author.get(REPOSITORY + path.format(head=head, blob=blob))
    assert answered.status_code == 200, answered.text
    if is_list:
        found = answered.json()
        assert found
        assert all(model.model_validate(item) for item in found)
    else:
        model.model_validate_json(answered.text)


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
