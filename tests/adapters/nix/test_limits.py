"""When a log says that a limit may be why."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix.limits import with_memory_note

NOTE = "(flakebot gives each process of the check 8192 MiB: `check-memory`)\n"


@pytest.mark.parametrize(
    ("log", "most", "expected"),
    [
        ("error: out of memory\n", 8 * 1024**3, f"error: out of memory\n{NOTE}"),
        ("t> cc1plus: Cannot allocate memory", 8 * 1024**3, f"t> cc1plus: Cannot allocate memory\n{NOTE}"),
        ("error: out of memory\n", None, "error: out of memory\n"),
        ("error: attribute 'x' missing\n", 8 * 1024**3, "error: attribute 'x' missing\n"),
    ],
)
def test_a_limit_is_named_only_where_it_may_be_why(log: str, most: int | None, expected: str) -> None:
    assert with_memory_note(log, most) == expected
