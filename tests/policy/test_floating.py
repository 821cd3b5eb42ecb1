"""Which inputs of inputs no lock above them can have fixed: those that are younger than everything above."""

from __future__ import annotations

import pytest

from flakebot.lock.document import parse
from flakebot.policy.floating import is_floating
from tests.lock.samples import GONE, Edits, lock, moved

LATER = 900_000
"""More than a day after the others of the sample."""


@pytest.mark.parametrize(
    ("path", "edits", "is_younger"),
    [
        (("tool", "lib"), {}, False),
        (("tool", "lib"), moved("lib", 11 + 86_400), False),
        (("tool", "lib"), moved("lib", 12 + 86_400), True),
        (("tool", "lib"), moved("tool", LATER), False),
        (("tool", "lib", "core"), moved("core", LATER), True),
        (("tool", "lib", "core"), moved("core", LATER) | moved("lib", LATER), False),
        (("tool", "lib", "core"), moved("core", LATER) | moved("tool", LATER), False),
        (("tool", "lib"), moved("lib", LATER) | {"nodes/tool/locked/lastModified": GONE}, False),
        (("tool", "lib"), {"nodes/lib/locked/lastModified": GONE}, False),
        (("tool", "nixpkgs"), moved("nixpkgs", LATER), False),
        (("tool", "missing"), {}, False),
        (("tool",), moved("tool", LATER), False),
        ((), {}, False),
    ],
)
def test_it_is_younger_than_all_above_it_by_more_than_a_day(
    path: tuple[str, ...], edits: Edits, *, is_younger: bool
) -> None:
    assert is_floating(parse(lock(edits)), path) is is_younger
