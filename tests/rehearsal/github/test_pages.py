"""Lists come in pages that lead to one another."""

from __future__ import annotations

import pytest

from tests.rehearsal.github.client import Client
from tests.rehearsal.github.place import REPOSITORY, Place


def _numbers(client: Client, address: str) -> list[str]:
    """Follow the pages to the end."""
    found: list[str] = []
    following: str | None = address
    while following:
        answered = client.get(following)
        found += [item["filename"] for item in answered.json()]
        following = answered.links.get("next", {}).get("url")
    return found


@pytest.mark.parametrize(("size", "expected"), [("", [30, 30, 5]), ("?per_page=50", [50, 15]), ("?per_page=999", [65])])
def test_the_files_of_a_pull_request_come_thirty_at_a_time(
    place: Place, author: Client, size: str, expected: list[int]
) -> None:
    names = [f"file-{number:03}" for number in range(65)]
    place.config.commit(dict.fromkeys(names, "x"), branch="many", author=place.author)
    author.post(f"{REPOSITORY}/pulls", {"title": "t", "head": "many", "base": "main"})
    address = f"{REPOSITORY}/pulls/1/files"
    assert author.get(f"{REPOSITORY}/pulls/1").json()["changed_files"] == 65
    assert _numbers(author, address + size) == names
    pages = [len(author.get(f"{address}{size or '?'}&page={page}").json()) for page in range(1, len(expected) + 1)]
    assert pages == expected


def test_the_links_name_the_neighbours(place: Place, author: Client) -> None:
    for number in range(3):
        author.post(f"{REPOSITORY}/labels", {"name": f"label {number}"})
    first, middle, last = (author.get(f"{REPOSITORY}/labels?per_page=1&page={page}").links for page in (1, 2, 3))
    assert set(first) == {"next", "last"}
    assert set(middle) == {"prev", "next", "last", "first"}
    assert set(last) == {"prev", "first"}
    assert middle["next"]["url"].endswith("/labels?per_page=1&page=3")


def test_a_single_page_has_no_links(author: Client) -> None:
    assert author.get(f"{REPOSITORY}/branches").links == {}
