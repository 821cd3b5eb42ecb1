"""verify: what it says of pull requests, open or not, and what it never does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flakebot.commands.verify import verify_pull_request
from flakebot.errors import ExitCode
from flakebot.settings.commands import VerifySettings
from tests.commands.fakes import FakeGitHub, sources
from tests.policy import evidence as good

SETTINGS = VerifySettings.model_validate(
    {"repository": "me/flake", "pr": 7, "author": "bot", "approver": "checker", "gpg_fingerprint": (good.KEY,)}
)


def test_finds_a_good_pull_request_clean_and_writes_nothing() -> None:
    github = FakeGitHub()
    assert verify_pull_request(SETTINGS, sources=sources(github), progress=lambda _: None).outcome == "clean"
    assert github.deeds == []


@pytest.mark.parametrize(("is_merged", "outcome"), [(True, "merged"), (False, "closed")])
def test_says_of_a_pull_request_that_is_over_only_that_it_is(is_merged: bool, outcome: str) -> None:
    github = FakeGitHub(pull=replace(good.PULL_REQUEST, is_open=False, is_merged=is_merged))
    report = verify_pull_request(SETTINGS, sources=sources(github), progress=lambda _: None)
    assert (report.outcome, report.exit_code, report.findings) == (outcome, ExitCode.DONE, ())
    assert f"is {outcome} already" in report.headline
