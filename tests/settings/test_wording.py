"""What is said of a mistake in the settings: plain words, the name as it was written, and never the value."""

from __future__ import annotations

import pytest

from flakebot.errors import MisuseError
from flakebot.settings.commands import COMMANDS
from flakebot.settings.sources import Given, unknown_settings

_NEEDED = {"approve": ("--pr=1",), "merge": ("--pr=1", f"--sha={'a' * 40}"), "propose": (), "update": ()}


@pytest.mark.parametrize(
    ("command", "name", "value", "said"),
    [
        ("approve", "provenance", "maybe-secret", "provenance: expected true or false"),
        ("merge", "delete_branch", 2, "delete-branch: expected true or false"),
        ("merge", "merge", "never-secret", "merge: expected 'now', 'auto' or 'off'"),
        ("approve", "wait", "secret soon", "wait: expected a whole number and a unit, as 90s, 30m, 2h or 7d"),
        ("approve", "wait", True, "wait: expected a whole number and a unit, as 90s, 30m, 2h or 7d"),
        ("approve", "poll", "0s", "poll: expected more than 0 seconds"),
        ("propose", "directory", [], "directory: expected at least one"),
        ("propose", "labels", 7, "labels: expected a list"),
        ("propose", "broken_label", "", "broken-label: expected some text"),
        ("propose", "broken_label", 7, "broken-label: expected text"),
        ("propose", "branch", "a..b", "branch: expected a branch's name, as main or flakebot/update"),
    ],
)
def test_a_mistake_is_told_in_plain_words(command: str, name: str, value: object, said: str) -> None:
    with pytest.raises(MisuseError) as caught:
        Given(
            COMMANDS[command],
            command=command,
            description="",
            arguments=_NEEDED[command],
            environment={"GITHUB_REPOSITORY": "me/flake"},
        ).settings({name: value})
    assert str(caught.value) == said


def test_a_variable_that_no_setting_has_is_noticed_with_the_nearest_one() -> None:
    environment = ("FLAKEBOT_APROVER", "FLAKEBOT_TOKEN", "FLAKEBOT_MERGE_METHOD", "PATH", "FLAKEBOT_ZZZ")
    assert unknown_settings(environment) == (
        "FLAKEBOT_APROVER is no setting and does nothing. Did you mean `FLAKEBOT_APPROVER`?",
        "FLAKEBOT_ZZZ is no setting and does nothing.",
    )


def made(*arguments: str, **environment: str) -> str:
    """Return what is said of `update` with these arguments."""
    with pytest.raises(MisuseError) as caught:
        Given(
            COMMANDS["update"],
            command="update",
            description="",
            arguments=arguments,
            environment=environment,
        ).settings({"parallel": 3})
    return str(caught.value)


def test_a_mistake_is_told_of_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made("--parallel", "x-secret") == "--parallel: expected a whole number"
    monkeypatch.setenv("FLAKEBOT_PARALLEL", "0")
    assert made() == "FLAKEBOT_PARALLEL: expected more than 0"
    assert made("--parallel", "x") == "--parallel: expected a whole number"
    monkeypatch.setenv("FLAKEBOT_PARALLEL", "2")
    assert made(GITHUB_API_URL="http://nowhere") == "GITHUB_API_URL: expected an https:// address"
    monkeypatch.setenv("FLAKEBOT_CHECK_LIMIT", "soon")
    assert made().startswith("FLAKEBOT_CHECK_LIMIT: expected a whole number and a unit")
    monkeypatch.setenv("FLAKEBOT_GROUP", '[[group]]\nname = "a"')
    assert "FLAKEBOT_GROUP 1, inputs: is missing" in made()
