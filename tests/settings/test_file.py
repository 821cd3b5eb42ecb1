"""The configuration file: a mistake in it stops the first command that reads it, whoever uses the key."""

from __future__ import annotations

import pytest

from flakebot.errors import MisuseError
from flakebot.settings.file import read_configuration


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wait = 30", "wait is 30, expected a whole number and a unit, as 90s, 30m, 2h or 7d"),
        ('poll = "0s"', 'poll is "0s", expected more than 0 seconds'),
        ('merge = "later"', "merge is \"later\", expected 'now', 'auto' or 'off'"),
        ("delete-branch = 2", "delete-branch is 2, expected true or false"),
        ("isolation-checks = 1", "isolation-checks is 1, expected more than 1"),
        ("labels = 7", "labels is 7, expected a list"),
        ("directory = []", "directory: expected at least one"),
        (
            'directory = ["a", "../x"]',
            'directory is "../x", expected a folder inside the repository, as . or machines/web',
        ),
        ('author = "@me"', 'author is "@me", expected a GitHub account\'s name, without @'),
        ('check-memory = "8 GB"', 'check-memory is "8 GB", expected a whole number and a unit, as 512M, 8G or 1T'),
    ],
)
def test_every_value_is_checked_whichever_command_reads_the_file(line: str, said: str) -> None:
    with pytest.raises(MisuseError) as caught:
        read_configuration(line.encode())
    assert str(caught.value) == f".github/flakebot.toml: {said}"
    assert caught.value.advice == (
        "Mend the file on the base branch; docs/configuration.md says how each value is written."
    )


def test_all_mistakes_are_told_at_once_each_key_once() -> None:
    with pytest.raises(MisuseError) as caught:
        read_configuration(b'wait = 1\nparallel = 0\ngpg-fingerprint = ["AB", "CD"]\n')
    assert [part.partition(" is ")[0] for part in str(caught.value).split("; ")] == [
        ".github/flakebot.toml: wait",
        "parallel",
        "gpg-fingerprint",
    ]


def test_what_may_be_a_token_that_somebody_pasted_is_not_repeated() -> None:
    token = "ghp_" + "0" * 36
    with pytest.raises(MisuseError) as caught:
        read_configuration(f'wait = "{token}"'.encode())
    assert token not in f"{caught.value} {caught.value.advice}"


def test_a_file_without_a_mistake_is_returned_as_it_stands() -> None:
    file = b'wait = "5m"\nmin-age = ["3d", "nixpkgs=7d"]\n[[group]]\nname = "a"\ninputs = ["b"]\nmin-age = "1d"\n'
    assert read_configuration(file) == {
        "wait": "5m",
        "min_age": ["3d", "nixpkgs=7d"],
        "group": [{"name": "a", "inputs": ["b"], "min-age": "1d"}],
    }
