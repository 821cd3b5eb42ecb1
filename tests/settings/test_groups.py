"""Groups: how they are written, what they fold into, and what is said of a mistake in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flakebot.errors import MisuseError
from flakebot.settings.commands import ApproveSettings, MergeSettings, ProposeSettings, UpdateSettings
from tests.settings.test_sources import made

FILE = """
hold = ["z"]
min-age = "3d"

[[group]]
name = "safety"
inputs = ["a*"]
labels = ["safety"]
merge = "off"
min-age = "7d"
hold = true

[[group]]
name = "others"
inputs = ["a*", "b*"]
merge = "auto"
min-age = "1d"
"""
SHA = ("--pr", "1", "--sha", "a" * 40)


def test_a_group_counts_by_its_inputs_and_the_first_that_takes_one_has_it() -> None:
    settings = made(ApproveSettings, "--pr", "1", file=FILE)
    assert settings.all_hold == ("z", "a*")
    days = [(glob, age.days) for glob, age in settings.all_min_age]
    assert days == [("**", 3), ("a*", 1), ("b*", 1), ("a*", 7)]


@pytest.mark.parametrize(
    ("inputs", "mode"),
    [(("c",), "now"), ((), "now"), (("b1", "c"), "auto"), (("a1", "b1", "c"), "off"), (("a1",), "off")],
)
def test_the_strictest_group_decides_how_to_merge(inputs: tuple[str, ...], mode: str) -> None:
    assert made(MergeSettings, *SHA, file=FILE).merge_mode(inputs) == mode


def test_a_group_is_never_merged_sooner_than_the_rest_of_the_pull_request() -> None:
    file = 'merge = "off"\n[[group]]\nname = "swift"\ninputs = ["a"]\nmerge = "now"\n'
    settings = made(MergeSettings, *SHA, file=file)
    assert settings.merge_mode(("a",)) == "now"
    assert settings.merge_mode(("a", "b")) == "off"


@pytest.mark.parametrize(
    ("inputs", "labels"),
    [
        ((), ("dependencies",)),
        (("c",), ("dependencies",)),
        (("b1",), ("dependencies",)),
        (("a1",), ("safety",)),
        (("a1", "c"), ("safety", "dependencies")),
    ],
)
def test_labels_are_those_of_the_groups_that_move(inputs: tuple[str, ...], labels: tuple[str, ...]) -> None:
    assert made(ProposeSettings, file=FILE).labels_of(inputs) == labels


def test_tables_may_be_given_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[[group]]\nname = "q"\ninputs = ["z", "y"]\nmin-age = "2d"\n'
    expected = made(UpdateSettings, file=text).group
    assert made(UpdateSettings, "--group", text).group == expected
    monkeypatch.setenv("FLAKEBOT_GROUP", text)
    (group,) = made(UpdateSettings).group
    assert (group,) == expected
    assert (group.name, group.inputs, group.min_age, group.hold) == ("q", ("z", "y"), timedelta(days=2), False)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("group = 1", "group is 1, expected a list"),
        ('[[group]]\ninputs = ["a"]', "group 1, name: is missing"),
        ('[[group]]\nname = "x"\ninputs = []', "group 1, inputs: expected at least one"),
        ('[[group]]\nname = "x"\ninputs = ["a"]\nmerged = "no"', "group 1, merged: is not known"),
        (
            '[[group]]\nname = "x"\ninputs = ["a"]\nmin-age = "soon"',
            'group 1, min-age is "soon", expected a whole',
        ),
        ('[[group]]\nname = "held-x"\ninputs = ["a"]', 'group 1, name is "held-x", expected small letters'),
        ('[[group]]\nname = "X/y"\ninputs = ["a"]', 'group 1, name is "X/y", expected small letters'),
        ('[[group]]\nname = "x"\ninputs = ["a"]\n' * 2, "group: two groups are called x, expected each name once"),
    ],
)
def test_a_mistake_names_the_group_and_its_key(file: str, said: str) -> None:
    with pytest.raises(MisuseError, match=said):
        made(UpdateSettings, file=file)


@pytest.mark.parametrize("text", ["x", "[a]", 'name = "x"', "group = 1"])
def test_text_that_is_no_table_is_misuse(text: str) -> None:
    with pytest.raises(MisuseError, match=r"group: expected \[\[group\]\] tables as in the configuration file"):
        made(UpdateSettings, "--group", text)
