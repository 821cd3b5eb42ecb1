"""Auto-merge: asked for through PyGithub, refused in GitHub's words, carried out when nothing is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from github import Auth, Github, GithubException
from github.PullRequest import PullRequest
from msgspec.structs import replace

from flakebot.model import RequiredCheck
from flakebot.rehearsal.github import Conclusion, Protection, Settings, StandIn
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.place import NAME, REPOSITORY, Place, make_place

RULES = Protection(required_approvals=1, required_checks=(RequiredCheck(name="build"),))


@contextmanager
def _pygithub(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Github]:
    """PyGithub with production addresses; it takes the proxy and the authority from the environment."""
    for name, value in place.github.environment().items():
        monkeypatch.setenv(name, value)
    client = Github(
        auth=Auth.Token(place.token(place.author)), seconds_between_requests=0, seconds_between_writes=0, retry=None
    )
    yield client
    client.close()


@pytest.fixture
def request_(place: Place, proposed: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PullRequest]:
    assert proposed
    with _pygithub(place, monkeypatch) as client:
        yield client.get_repo(NAME).get_pull(1)


def test_it_merges_when_the_approval_arrives(place: Place, reviewer: Client, request_: PullRequest) -> None:
    place.config.protect(RULES)
    request_.enable_automerge("MERGE", expected_head_oid=request_.head.sha)
    assert reviewer.get(f"{REPOSITORY}/pulls/1").json()["auto_merge"]["merge_method"] == "merge"
    assert place.config.pull(1).is_open
    reviewer.post(f"{REPOSITORY}/pulls/1/reviews", {"event": "APPROVE"})
    assert request_.update()
    assert (request_.merged, request_.merged_by.login) == (True, "author")


def test_it_merges_when_the_check_ends(github: StandIn, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_place(github, replace(RULES, required_approvals=0), ci=Conclusion.NEVER)
    place.propose()
    with _pygithub(place, monkeypatch) as client:
        opened = client.get_repo(NAME).create_pull(base="main", head="update", title="t")
        opened.enable_automerge("SQUASH")
    run = {"name": "build", "head_sha": place.config.head("update"), "status": "in_progress"}
    job = connect(place.job_token())
    number = job.post(f"{REPOSITORY}/check-runs", run).json()["id"]
    assert place.config.pull(1).is_open
    job.ask("PATCH", f"{REPOSITORY}/check-runs/{number}", {"conclusion": "success"})
    assert place.config.pull(1).merge is not None


def test_it_can_be_withdrawn(place: Place, reviewer: Client, request_: PullRequest) -> None:
    place.config.protect(RULES)
    request_.enable_automerge("MERGE")
    request_.disable_automerge()
    reviewer.post(f"{REPOSITORY}/pulls/1/reviews", {"event": "APPROVE"})
    assert place.config.pull(1).is_open


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            Settings(allows_auto_merge=False, protections=(RULES,)),
            "Pull request Auto merge is not allowed for this repository",
        ),
        (Settings(), "Pull request Pull request is in clean status"),
    ],
)
def test_it_is_refused_in_githubs_words(place: Place, request_: PullRequest, settings: Settings, words: str) -> None:
    place.config.state.settings = settings
    with pytest.raises(GithubException) as refused:
        request_.enable_automerge("MERGE")
    assert refused.value.data["errors"][0] == refused.value.data["errors"][0] | {
        "type": "UNPROCESSABLE",
        "message": words,
    }
    assert place.config.pull(1).auto_merge is None


def test_an_unstable_pull_request_is_to_be_merged_directly(place: Place, job: Client, request_: PullRequest) -> None:
    job.post(f"{REPOSITORY}/statuses/{request_.head.sha}", {"state": "failure", "context": "optional"})
    with pytest.raises(GithubException) as refused:
        request_.enable_automerge("MERGE")
    assert refused.value.data["errors"][0]["message"] == "Pull request Pull request is in unstable status"


def test_another_head_than_the_expected_one_is_refused(place: Place, request_: PullRequest) -> None:
    place.config.protect(RULES)
    place.propose("moved")
    with pytest.raises(GithubException, match="expected"):
        request_.enable_automerge("MERGE", expected_head_oid=request_.head.sha)
    assert place.config.pull(1).auto_merge is None


def test_pygithub_plays_the_whole_way(place: Place, reviewer: Client, request_: PullRequest) -> None:
    place.config.protect(RULES)
    request_.add_to_labels("dependencies", "flake")
    request_.create_issue_comment("First").edit("Second")
    reviewer.post(f"{REPOSITORY}/pulls/1/reviews", {"event": "APPROVE", "commit_id": request_.head.sha})
    assert [(review.user.login, review.state, review.commit_id) for review in request_.get_reviews()] == [
        ("reviewer", "APPROVED", request_.head.sha)
    ]
    assert [file.filename for file in request_.get_files()] == ["flake.lock"]
    assert {label.name for label in request_.labels} == {"dependencies", "flake"} or request_.update()
    assert [comment.body for comment in request_.get_issue_comments()] == ["Second"]
    merged = request_.merge(merge_method="merge", sha=request_.head.sha)
    assert merged.merged
    assert place.config.head() == merged.sha
