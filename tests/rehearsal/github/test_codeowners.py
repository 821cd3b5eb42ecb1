"""CODEOWNERS as GitHub reads it: the last line wins, faulty lines are skipped, the base's file counts."""

from __future__ import annotations

import pytest

from flakebot.rehearsal.github import Protection
from flakebot.rehearsal.github.judgment.codeowners import SIZE_LIMIT, parse_codeowners
from flakebot.rehearsal.github.judgment.reviews import code_owners
from tests.rehearsal.github.client import Client, Connect
from tests.rehearsal.github.place import REPOSITORY, Place


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("*", "a/b/c", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.ts", False),
        ("/build/logs/", "build/logs/a/b", True),
        ("/build/logs/", "x/build/logs/a", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("apps/", "x/apps/y", True),
        ("apps/", "apps", False),
        ("/docs", "docs/a", True),
        ("/docs", "docs", True),
        ("/docs", "docsy", False),
        ("**/logs", "a/b/logs/c", True),
        ("**/logs", "logs/c", True),
        ("/a/**/z", "a/z", True),
        ("/a/**/z", "a/b/c/z", True),
        ("/a/**", "a/b/c", True),
        ("flake.lock", "hosts/flake.lock", True),
        ("/flake.lock", "hosts/flake.lock", False),
        ("/Flake.lock", "flake.lock", False),
        ("fla?e.lock", "flake.lock", True),
        ("a+b", "aab", False),
    ],
)
def test_a_pattern_covers_what_github_says(pattern: str, path: str, owned: bool) -> None:
    owners = parse_codeowners(f"{pattern} @owner\n", lambda _name: True)
    assert bool(owners.owners(path)) is owned


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("* @one\n*.lock @two\n", ("@two",)),
        ("*.lock @two\n* @one\n", ("@one",)),
        ("* @one\n*.lock\n", ()),
        ("* @one @two # all of it\n", ("@one", "@two")),
        ("# * @one\n", ()),
        ("* @one\n!*.lock @two\n", ("@one",)),
        ("* @one\n[a-z].lock @two\n", ("@one",)),
        ("* @one\n*.lock two\n", ("@one",)),
        ("* one@example.org\n", ("one@example.org",)),
    ],
)
def test_the_last_line_wins(text: str, owners: tuple[str, ...]) -> None:
    assert parse_codeowners(text, lambda _name: True).owners("flake.lock") == owners


def test_faults_are_listed_with_their_places(place: Place, author: Client) -> None:
    text = "* @reviewer\n***/x @reviewer\n*.txt docs@\n/a @nobody\n/b @visitor\n"
    place.config.commit({".github/CODEOWNERS": text})
    errors = author.get(f"{REPOSITORY}/codeowners/errors").json()["errors"]
    assert [(error["line"], error["column"], error["kind"]) for error in errors] == [
        (2, 1, "Invalid pattern"),
        (3, 7, "Invalid owner"),
        (4, 4, "Unknown owner"),
        (5, 4, "Unknown owner"),
    ]
    assert errors[1]["message"] == "Invalid owner on line 3\n\n  *.txt docs@\n        ^"
    assert {error["path"] for error in errors} == {".github/CODEOWNERS"}


@pytest.mark.parametrize(("size", "owners"), [(SIZE_LIMIT - 1, 1), (SIZE_LIMIT, 0)])
def test_a_file_of_three_megabytes_is_not_loaded(place: Place, size: int, owners: int) -> None:
    rule = "* @reviewer\n"
    place.config.commit({".github/CODEOWNERS": rule + "#" * (size - len(rule))})
    found = code_owners(place.config.state, "main")
    assert found is not None
    assert len(found[1].owners("flake.lock")) == owners


def test_without_the_file_there_are_no_errors_to_list(place: Place, author: Client) -> None:
    place.config.commit({".github/CODEOWNERS": None})
    assert author.get(f"{REPOSITORY}/codeowners/errors").status_code == 404


def test_the_owners_review_is_what_counts(
    place: Place, author: Client, reviewer: Client, connect: Connect, proposed: str
) -> None:
    place.config.protect(Protection(requires_code_owner_review=True))
    owner = connect(place.token(place.config.state.owner))
    assert owner.post(f"{proposed}/reviews", {"event": "APPROVE"}).status_code == 200
    refused = author.ask("PUT", f"{proposed}/merge", {})
    assert "Waiting on code owner review from reviewer." in refused.json()["message"]
    assert reviewer.post(f"{proposed}/reviews", {"event": "APPROVE"}).status_code == 200
    assert author.ask("PUT", f"{proposed}/merge", {}).status_code == 200


def test_the_heads_own_file_changes_nothing(place: Place, author: Client, proposed: str) -> None:
    place.config.protect(Protection(requires_code_owner_review=True))
    place.config.commit({".github/CODEOWNERS": "* @author\n"}, branch="update", author=place.author)
    refused = author.ask("PUT", f"{proposed}/merge", {})
    assert "Waiting on code owner review from reviewer." in refused.json()["message"]


def test_a_file_that_nobody_owns_needs_no_owner(place: Place, author: Client) -> None:
    place.config.protect(Protection(requires_code_owner_review=True))
    place.config.commit({"README.md": "x"}, branch="readme", author=place.author)
    author.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "readme", "base": "main"})
    assert author.ask("PUT", f"{REPOSITORY}/pulls/1/merge", {}).status_code == 200
