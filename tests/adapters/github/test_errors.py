"""What GitHub's refusals mean, row by row, by the essential words of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from github import GithubException

from flakebot.adapters.github.answer import Answer, read_answer
from flakebot.adapters.github.errors import DeclinedError, NotFoundError, OutageError, RateLimitedError, explained
from flakebot.adapters.github.purpose import Caller, Purpose
from flakebot.errors import FlakebotError, MisuseError
from flakebot.model import Token

PURPOSE = Purpose(doing="do this", needs="Contents: write")
CALLER = Caller(role="author", repository="homelab/config")
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
TOKEN = Token("github_pat_11SECRET")


def error_of(status: int, document: object = None, **headers: str) -> FlakebotError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = read_answer(GithubException(status, document, named), token=TOKEN)
    return explained(answer, PURPOSE, CALLER, now=NOW)


@pytest.mark.parametrize(
    ("status", "message", "kind", "advice"),
    [
        (401, "Bad credentials", MisuseError, "FLAKEBOT_TOKEN (in a workflow: author-token)"),
        (403, "Resource not accessible by integration", MisuseError, "“Contents: write” on homelab/config"),
        (403, "Resource not accessible by personal access token", MisuseError, "“Contents: write” on homelab/config"),
        (403, "Resource protected by organization SAML enforcement.", MisuseError, "single sign-on"),
        (403, "Must have admin rights to Repository.", MisuseError, "access that this needs: Contents: write"),
        (403, "GitHub Actions is not permitted to create or approve pull requests.", MisuseError, "bot account"),
        (422, "GitHub Actions is not permitted to approve pull requests.", MisuseError, "bot account"),
        (404, "Not Found", NotFoundError, "has homelab/config among its repositories"),
        (405, "Pull Request is not mergeable", DeclinedError, ""),
        (409, "Head branch was modified. Review and try the merge again.", DeclinedError, ""),
        (422, "Validation Failed", DeclinedError, ""),
        (422, "Could not resolve to a node with the global id of 'PR_1'.", DeclinedError, ""),
        (404, "Could not resolve to a node with the global id of 'PR_1'.", DeclinedError, ""),
        (500, "Server Error", OutageError, "githubstatus.com"),
        (502, "", OutageError, "githubstatus.com"),
        (400, "API rate limit exceeded for user ID 1.", RateLimitedError, "after that"),
        (400, "Resource not accessible by personal access token", MisuseError, "“Contents: write” on homelab/config"),
        (429, "", RateLimitedError, "after that"),
        (403, "API rate limit exceeded for user ID 1.", RateLimitedError, "after that"),
        (403, "You have exceeded a secondary rate limit. Please wait a few minutes.", RateLimitedError, "after that"),
    ],
)
def test_an_answer_is_one_kind_of_error_with_its_advice(
    status: int, message: str, kind: type[FlakebotError], advice: str
) -> None:
    error = error_of(status, {"message": message, "status": str(status)})
    assert type(error) is kind
    assert advice in error.advice
    assert str(error).startswith("could not do this: ")


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry_after": "7"}, 7),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW.timestamp()) + 90)}, 91),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW.timestamp()) - 90)}, 1),
        ({"x_ratelimit_remaining": "12", "x_ratelimit_reset": str(int(NOW.timestamp()) + 90)}, 60),
        ({"retry_after": "soon"}, 60),
        ({}, 60),
    ],
)
def test_the_pause_is_githubs_or_until_the_reset_or_a_minute(headers: dict[str, str], pause: int) -> None:
    error = error_of(429, None, **headers)
    assert isinstance(error, RateLimitedError)
    assert error.pause == timedelta(seconds=pause)


def test_a_plain_refusal_that_says_when_to_come_back_is_a_limit() -> None:
    assert isinstance(error_of(403, {"message": "Forbidden"}, retry_after="5"), RateLimitedError)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"message": "Unprocessable Entity", "errors": ["Review Can not approve your own pull request"]},
         "Unprocessable Entity: Review Can not approve your own pull request"),
        ({"message": "Validation Failed", "errors": [{"code": "custom", "message": "No commits between main and x"}]},
         "Validation Failed: No commits between main and x"),
        ({"message": "Validation Failed", "errors": [{"code": "invalid", "field": "head", "resource": "PullRequest"}]},
         "Validation Failed: PullRequest.head is invalid"),
        ({"message": 'Repository rule violations found\n\nRequired status check "a" is expected.\n\n'},
         'Repository rule violations found Required status check "a" is expected.'),
        ({"errors": [{"type": "UNPROCESSABLE", "message": "Pull request is in clean status"}]},
         "Pull request is in clean status"),
        ({"message": "Validation Failed", "errors": [{"code": "missing"}, 7, None]}, "Validation Failed"),
        ({"message": 7, "errors": "none"}, ""),
        ({"data": "<html>502</html>"}, ""),
        ("<html>", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_githubs_words_are_found_wherever_it_puts_them(document: object, reason: str) -> None:
    assert read_answer(GithubException(422, document, None), token=TOKEN).reason == reason


def test_a_token_that_a_server_repeats_is_masked() -> None:
    error = error_of(422, {"message": f"bad header: token {TOKEN.reveal()}"}, authorization=TOKEN.reveal())
    assert TOKEN.reveal() not in f"{error}{error.advice}{error!r}"
    assert "token ***" in str(error)


def test_a_long_answer_is_cut() -> None:
    assert len(read_answer(GithubException(422, {"message": "x" * 9000}, None), token=TOKEN).reason) == 500


def test_words_are_found_in_any_case() -> None:
    answer = Answer(status=405, reason="Base Branch was modified.", headers={})
    assert answer.says("never", "base branch")
    assert not answer.says("head branch")
