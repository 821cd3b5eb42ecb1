"""Changes of a lock in lines: what moved where, what came, what went, and what follows something else now."""

from __future__ import annotations

import pytest

from flakebot.lock.diff import diff
from flakebot.lock.document import parse
from flakebot.text.changes import MOST_LINES, change_lines
from tests.lock.samples import GONE, Edits, forge
from tests.lock.samples import lock as sample_lock
from tests.text.candidates import lock

ROWS: dict[str, tuple[Edits, str]] = {
    "added": ({"nodes/root/inputs/new": "new", "nodes/new": forge("new", 1)}, "new  added: 0000000"),
    "removed": ({"nodes/root/inputs/alias": GONE}, "alias  removed: follows tool/parts"),
    "follows another": ({"nodes/tool/inputs/nixpkgs": ["plain"]}, "tool/nixpkgs  follows nixpkgs → follows plain"),
    "another owner": (
        {"nodes/nixpkgs/locked/owner": "evil"},
        "nixpkgs  0000000 → 0000000, moved to another place  (0 seconds newer)",
    ),
}


def lines(old: bytes, new: bytes) -> tuple[str, ...]:
    return change_lines(diff(parse(old), parse(new)).changes)


@pytest.mark.parametrize(("edits", "expected"), ROWS.values(), ids=ROWS)
def test_says_what_became_of_an_input(edits: Edits, expected: str) -> None:
    assert lines(sample_lock({}), sample_lock(edits)) == (expected,)


@pytest.mark.parametrize(("days", "time"), [(7, "7 days newer"), (-1, "1 day older")])
def test_says_from_where_to_where_and_how_far_in_time(days: int, time: str) -> None:
    expected = (f"lib      {'1' * 7} → {'2' * 7}  ({time})", f"nixpkgs  {'3' * 7} → {'4' * 7}  ({time})")
    old, new = lock({"nixpkgs": "3", "lib": "1"}), lock({"nixpkgs": "4", "lib": "2"}, days=days)
    assert lines(old, new) == expected


def test_counts_what_is_too_much_to_show() -> None:
    names = [f"i{number:03}" for number in range(MOST_LINES + 2)]
    shown = lines(lock(dict.fromkeys(names, "1")), lock(dict.fromkeys(names, "2")))
    assert (len(shown), shown[-1]) == (MOST_LINES + 1, "and 2 more")
