"""Which inputs must have an age: those of this repository that move and have no revision of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flakebot.choosing.aging import MinAges, aging_inputs
from flakebot.lock.document import parse
from flakebot.model.provenance import Source
from flakebot.model.tips import PastTips
from tests.lock.samples import GONE, Edits, lock, moved, rev

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
ALL: MinAges = (("**", WEEK),)


def names(edits: Edits, min_age: MinAges = ALL) -> list[str]:
    return [found.name for found in aging_inputs(parse(lock()), parse(lock(edits)), min_age)]


@pytest.mark.parametrize(
    ("said", "edits", "min_age", "expected"),
    [
        ("what moves", moved("nixpkgs", 90) | moved("tool", 90), ALL, ["nixpkgs", "tool"]),
        ("what has the age", moved("nixpkgs", 90) | moved("tool", 90), (("nix*", WEEK),), ["nixpkgs"]),
        ("the last that fits counts", moved("tool", 90), (*ALL, ("tool", timedelta(0))), []),
        ("an age for inputs of inputs", moved("tool", 90), (("tool/*", WEEK),), []),
        ("nothing moves", {}, ALL, []),
        ("an input of an input", moved("lib", 90), ALL, []),
        ("a fixed revision", moved("pinned", 90) | {"nodes/pinned/original/rev": rev(90)}, ALL, []),
        ("a link", moved("channel", 90), ALL, ["channel"]),
    ],
)
def test_only_some_inputs_must_have_an_age(said: str, edits: Edits, min_age: MinAges, expected: list[str]) -> None:
    assert names(edits, min_age) == expected, said


def test_without_a_lock_every_input_is_new() -> None:
    found = list(aging_inputs(None, parse(lock()), ALL))
    assert {"nixpkgs", "tool", "vcs"} <= {aging.name for aging in found}
    assert {"pinned", "sub", "alias"}.isdisjoint(aging.name for aging in found)
    assert all(aging.old is None for aging in found)


def test_the_host_is_asked_back_to_the_age_and_to_what_is_locked() -> None:
    (aging,) = aging_inputs(parse(lock()), parse(lock(moved("nixpkgs", 90))), ALL)
    assert aging.question(NOW) == PastTips(
        place=Source.of({"type": "github", "owner": "acme", "repo": "nixpkgs"}),
        ref="nixos-unstable",
        present=rev(90),
        until=NOW - WEEK,
        locked=rev(10),
        since=datetime.fromtimestamp(1700000010, UTC),
    )


def test_what_was_declared_otherwise_has_nothing_to_stay_at() -> None:
    edits = moved("nixpkgs", 90) | {"nodes/nixpkgs/original/ref": "other"}
    (aging,) = aging_inputs(parse(lock()), parse(lock(edits)), ALL)
    assert aging.old is None
    asked = aging.question(NOW)
    assert asked is not None
    assert (asked.ref, asked.locked, asked.since) == ("other", None, None)


def test_what_has_no_refs_is_asked_of_nobody() -> None:
    (aging,) = aging_inputs(parse(lock()), parse(lock(moved("channel", 90))), ALL)
    assert aging.question(NOW) is None


def test_a_node_without_a_time_is_asked_about_all_the_same() -> None:
    before, after = {"nodes/vcs/locked/lastModified": GONE}, moved("vcs", 90)
    (aging,) = aging_inputs(parse(lock(before)), parse(lock(after)), ALL)
    asked = aging.question(NOW)
    assert asked is not None
    assert asked.since is None
