"""The tapes themselves: they hold what GitHub documents, no secret, and nothing that no test plays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import githubkit_schemas.latest.models as published
import pytest
import vcr  # type: ignore[import-untyped]  # vcrpy ships no types
import yaml
from msgspec import Struct
from pydantic import TypeAdapter

from flakebot.adapters.github.connection import API_VERSION
from tests.adapters.github.conftest import CASSETTES, KEPT, VERSION, cassette_name, recorder

TAPES = sorted(CASSETTES.glob("*.yaml"))
HOME = r"/repos/homelab/config"
SHA = r"[0-9a-f]{40}"

RULE = (
    published.RepositoryRuleDetailedOneof2
    | published.RepositoryRuleDetailedOneof6
    | published.RepositoryRuleDetailedOneof7
    | published.RepositoryRuleDetailedOneof8
    | published.RepositoryRuleDetailedOneof9
)
"""Deletion, signatures, pull request, status checks, fast-forward: those that the stand-in has."""


class Description(Protocol):
    """Something that an answer can be held against."""

    def validate_python(self, document: object, /) -> object: ...


DESCRIBED: dict[tuple[str, str], Description] = {
    ("GET", r"/user"): TypeAdapter(published.PrivateUser),
    ("GET", r"/users/[\w-]+/gpg_keys"): TypeAdapter(list[published.GpgKey]),
    ("GET", rf"{HOME}/pulls"): TypeAdapter(list[published.PullRequestSimple]),
    ("POST", rf"{HOME}/pulls"): TypeAdapter(published.PullRequest),
    ("GET", rf"{HOME}/pulls/\d+"): TypeAdapter(published.PullRequest),
    ("PATCH", rf"{HOME}/pulls/\d+"): TypeAdapter(published.PullRequest),
    ("PUT", rf"{HOME}/pulls/\d+/merge"): TypeAdapter(published.PullRequestMergeResult),
    ("GET", rf"{HOME}/pulls/\d+/reviews"): TypeAdapter(list[published.PullRequestReview]),
    ("POST", rf"{HOME}/pulls/\d+/reviews"): TypeAdapter(published.PullRequestReview),
    ("GET", rf"{HOME}/issues/\d+/comments"): TypeAdapter(list[published.IssueComment]),
    ("POST", rf"{HOME}/issues/\d+/comments"): TypeAdapter(published.IssueComment),
    ("PATCH", rf"{HOME}/issues/comments/\d+"): TypeAdapter(published.IssueComment),
    ("POST", rf"{HOME}/issues/\d+/labels"): TypeAdapter(list[published.Label]),
    ("DELETE", rf"{HOME}/issues/\d+/labels/[\w%]+"): TypeAdapter(list[published.Label]),
    ("GET", rf"{HOME}/contents/.+"): TypeAdapter(published.ContentFile),
    ("GET", rf"{HOME}/compare/[\w%]+\.\.\.{SHA}"): TypeAdapter(published.CommitComparison),
    ("GET", HOME): TypeAdapter(published.FullRepository),
    ("GET", rf"{HOME}/commits"): TypeAdapter(list[published.Commit]),
    ("GET", rf"{HOME}/git/ref/heads/[\w/]+"): TypeAdapter(published.GitRef),
    ("GET", rf"{HOME}/activity"): TypeAdapter(list[published.Activity]),
    ("GET", rf"{HOME}/commits/{SHA}/check-runs"): TypeAdapter(
        published.ReposOwnerRepoCommitsRefCheckRunsGetResponse200
    ),
    ("GET", rf"{HOME}/commits/{SHA}/statuses"): TypeAdapter(list[published.Status]),
    ("POST", rf"{HOME}/statuses/{SHA}"): TypeAdapter(published.Status),
    ("GET", rf"{HOME}/rules/branches/[\w%.]+"): TypeAdapter(list[RULE]),
}
ERROR: Description = TypeAdapter(published.BasicError)
UNPROCESSABLE: Description = TypeAdapter(published.ValidationError | published.ValidationErrorSimple)
SECRETS = re.compile(r"gh[pousr]_\w|github_pat_\w|authorization|PRIVATE KEY", re.IGNORECASE)


class Recorded(Struct, frozen=True, kw_only=True):
    """One request with its answer; ``asked`` are the request's headers and ``headers`` the names of the answer's."""

    method: str
    path: str
    asked: dict[str, list[str]]
    status: int
    headers: frozenset[str]
    document: object


@cache
def recorded(tape: Path) -> tuple[Recorded, ...]:
    interactions = yaml.load(tape.read_text(), Loader=yaml.CSafeLoader)["interactions"]  # a safe one
    return tuple(
        Recorded(
            method=each["request"]["method"],
            path=urlsplit(each["request"]["uri"]).path,
            asked={name.lower(): values for name, values in each["request"]["headers"].items()},
            status=each["response"]["status"]["code"],
            headers=frozenset(name.lower() for name in each["response"]["headers"]),
            document=json.loads(each["response"]["body"]["string"]),
        )
        for each in interactions
    )


def description(answer: Recorded) -> Description:
    """Find what GitHub's published description says of an answer; what it does not describe is a mistake here."""
    if answer.status == 422:
        return UNPROCESSABLE
    if answer.status >= 400:
        return ERROR
    fitting = [
        shape
        for (method, path), shape in DESCRIBED.items()
        if method == answer.method and re.fullmatch(path, answer.path)
    ]
    assert len(fitting) == 1, f"{answer.method} {answer.path} is described {len(fitting)} times"
    return fitting[0]


@pytest.mark.parametrize("tape", TAPES, ids=lambda tape: tape.stem)
def test_every_answer_is_as_github_describes_it(tape: Path) -> None:
    assert recorded(tape)
    for answer in recorded(tape):
        if answer.path != "/graphql":  # GraphQL's schema is another document, held by the stand-in and its tests
            description(answer).validate_python(answer.document)


@pytest.mark.parametrize("tape", TAPES, ids=lambda tape: tape.stem)
def test_every_error_has_a_sentence_and_its_code(tape: Path) -> None:
    """All of an error's fields are optional in the description; GitHub sends these with every one of its own."""
    for answer in recorded(tape):
        if 400 <= answer.status < 500:
            assert isinstance(answer.document, dict)
            assert answer.document["message"]
            assert answer.document["status"] == str(answer.status)


@pytest.mark.parametrize("tape", TAPES, ids=lambda tape: tape.stem)
def test_no_tape_holds_a_secret_or_more_headers_than_are_read(tape: Path) -> None:
    found = SECRETS.search(tape.read_text())
    assert found is None, found
    assert all(answer.headers <= KEPT for answer in recorded(tape))


@pytest.mark.parametrize("tape", TAPES, ids=lambda tape: tape.stem)
def test_every_request_names_the_program_and_the_version_that_it_was_written_for(tape: Path) -> None:
    for answer in recorded(tape):
        assert answer.asked["x-github-api-version"] == [API_VERSION]
        assert answer.asked["user-agent"][0].startswith("flakebot/")


@pytest.mark.parametrize("version", [API_VERSION, "2026-03-10", None])
def test_an_answer_is_played_only_to_the_version_of_the_api_that_it_was_recorded_with(
    version: str | None, no_proxy: None
) -> None:
    tape = CASSETTES / "author-test-the-token-says-whose-it-is-and-is-asked-once.yaml"
    with recorder("none").use_cassette(str(tape)) as cassette:
        request = vcr.request.Request("GET", "https://api.github.com/user", None, {VERSION: version} if version else {})
        assert cassette.can_play_response_for(request) is (version == API_VERSION)


def test_every_tape_is_played_by_a_test() -> None:
    tests = tuple(_names())
    assert TAPES
    assert not [tape.stem for tape in TAPES if not any(tape.stem.startswith(name) for name in tests)]


def test_every_documented_address_is_on_a_tape() -> None:
    seen = {(answer.method, answer.path) for tape in TAPES for answer in recorded(tape) if answer.status < 400}
    unseen = [
        (method, path)
        for method, path in DESCRIBED
        if not any(method == asked and re.fullmatch(path, address) for asked, address in seen)
    ]
    assert unseen == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "Bad credentials"),
        (403, "Resource not accessible by integration"),
        (403, "Resource not accessible by personal access token"),
        (403, "GitHub Actions is not permitted to create or approve pull requests."),
        (403, "You have exceeded a secondary rate limit."),
        (403, "API rate limit exceeded"),
        (404, "Not Found"),
        (404, "No commit found for the ref"),
        (404, "Label does not exist"),
        (405, "Pull Request is not mergeable"),
        (405, "Base branch was modified."),
        (405, "At least 1 approving review is required by reviewers with write access."),
        (405, "Repository rule violations found"),
        (405, "Waiting on code owner review from approve-bot."),
        (405, "New changes require approval from someone other than the last pusher."),
        (405, "is expected."),
        (405, "is failing."),
        (405, "is queued."),
        (405, "Changes must be made through the merge queue"),
        (405, "Rebase merges cannot be automatically signed by GitHub"),
        (409, "Head branch was modified."),
        (422, "Can not approve your own pull request"),
        (422, "GitHub Actions is not permitted to approve pull requests."),
        (422, "No commits between main and flakebot/update"),
        (422, "A pull request already exists for homelab:flakebot/update."),
        (422, "'field': 'head'"),
        (422, "Could not resolve to a node"),
        (429, "You have exceeded a secondary rate limit."),
        (200, "Pull request Auto merge is not allowed for this repository"),
        (200, "Pull request Pull request is in clean status"),
        (200, "Pull request Pull request is in unstable status"),
    ],
)
def test_every_refusal_that_is_known_of_github_is_on_a_tape(status: int, words: str) -> None:
    said = [str(answer.document) for tape in TAPES for answer in recorded(tape) if answer.status == status]
    assert any(words in document for document in said)


def _names() -> Iterator[str]:
    """The beginnings of the tapes' names, from the tests that ask for a stage."""
    for module in Path(__file__).parent.glob("test_*.py"):
        for name in re.findall(r"^def (test_\w+)\(\s*stage: Stage", module.read_text(), re.MULTILINE):
            yield cassette_name(f"{module.name}::{name}")
