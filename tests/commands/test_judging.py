"""What the policy is told to expect: groups count wherever their inputs move, whatever the branch is called."""

from __future__ import annotations

from datetime import timedelta

from flakebot.commands.judging import change_expectation, lock_expectation
from flakebot.settings.commands import ApproveSettings, ProposeSettings
from tests.settings.test_sources import made

FILE = """
hold = ["z"]
gpg-fingerprint = ["0123456789ABCDEF0123456789ABCDEF01234567"]

[[group]]
name = "careful"
inputs = ["a*"]
hold = true
min-age = "7d"
"""


def test_a_group_holds_its_inputs_for_proposing_and_for_approving() -> None:
    assert lock_expectation(made(ProposeSettings, file=FILE)).hold == ("z", "a*")
    settings = made(ApproveSettings, "--pr", "1", file=FILE)
    assert change_expectation(settings, ("flake.lock",)).content.hold == ("z", "a*")


def test_a_group_has_its_own_age() -> None:
    settings = made(ApproveSettings, "--pr", "1", "--min-age", "3d", file=FILE)
    ages = change_expectation(settings, ("flake.lock",)).content.min_age
    assert ages == (("**", timedelta(days=3)), ("a*", timedelta(days=7)))
