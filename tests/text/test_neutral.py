"""Foreign text in what we write: it pings nobody, links nothing and closes no fence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.text.neutral import code, ending, fenced, neutral, printable


@pytest.mark.parametrize(
    "text",
    [
        "@octocat",
        "see #12",
        "GH-7",
        "gh-7",
        "<img src=x>",
        "<!-- flakebot:verdict -->",
        "[x](https://e.example)",
        "a@b",
        "https://e.example/&commat;octocat",
        "&#64;octocat and &#x40;org/team",
        "```sh",
        "`````",
    ],
)
def test_what_github_would_act_on_is_broken_up(text: str) -> None:
    assert neutral(text) != text
    assert neutral(text).replace("\N{ZERO WIDTH SPACE}", "") == text


@pytest.mark.parametrize("text", ["nixpkgs", "C# is fine", "1 < 2", "mail me @ home", "a # b"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@given(st.text())
def test_a_fence_is_never_closed_from_inside(text: str) -> None:
    first, *inside, last = fenced(text).split("\n")
    fence = first.removesuffix("text")
    assert last == fence
    assert not any(line.lstrip().startswith(fence) for line in inside)


@given(st.text())
def test_a_code_span_is_one_line_without_a_cell_border(text: str) -> None:
    span = code(text)
    ticks = re.match("`+", span)
    assert ticks is not None
    assert "\n" not in span
    assert "|" not in span
    assert ticks[0] not in span[len(ticks[0]) : -len(ticks[0])]


def test_control_characters_and_turned_text_are_dropped() -> None:
    assert printable("a\x1b[31mb\u202ec\td\n") == "a[31mbc\td\n"


def test_an_ending_says_how_much_is_missing() -> None:
    assert ending("one\ntwo\nthree", 100) == "one\ntwo\nthree"
    assert ending("one\ntwo\nthree", 7) == "[8 characters above are left out]\nthree"
    assert ending("one\ntwo", 0) == "[7 characters above are left out]\n"
