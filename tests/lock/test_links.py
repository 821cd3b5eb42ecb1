"""Links to archives: what may change in one while its input stays where it is."""

from __future__ import annotations

import pytest

from flakebot.lock.node import Node
from flakebot.lock.place import is_same_place


def node(url: str) -> Node:
    asked = {"type": "tarball", "url": "https://example.org/asked"}
    return Node(name="n", inputs={}, locked={"type": "tarball", "url": url}, original=asked, is_flake=True, parent=None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "https://github.com/1Password/cli/archive/v1.tar.gz",
            "https://github.com/1Password/cli/archive/v2.tar.gz",
            True,
        ),
        (
            "https://github.com/1Password/cli/archive/v1.tar.gz",
            "https://github.com/1mallory/cli/archive/v1.tar.gz",
            False,
        ),
        ("https://git.example/2a/x/archive/1.zip", "https://git.example/2b/x/archive/1.zip", False),
        ("https://gitlab.com/o/r/-/archive/1/r-1.zip", "https://gitlab.com/o/r/-/archive/2/r-2.zip", True),
        ("https://example.org/x-1.2.tar.gz", "https://example.org/x-1.3.tar.gz", True),
        ("https://example.org/x-1.2.tar.gz", "https://example.com/x-1.2.tar.gz", False),
    ],
)
def test_versions_may_change_and_owners_may_not(old: str, new: str, *, expected: bool) -> None:
    assert is_same_place(node(old), node(new)) is expected
