"""What a flake reference asks for, as Nix writes it into a lock."""

from __future__ import annotations

import pytest

from flakebot.lock.node import Attributes
from flakebot.policy.provenance.flakeref import asked_by, is_same_asked
from tests.policy.references import READ, UNREAD


@pytest.mark.parametrize(("reference", "expected"), READ.items(), ids=READ)
def test_reads_a_reference_as_nix_does(reference: str, expected: Attributes) -> None:
    assert asked_by(reference, is_flake=True) == expected


@pytest.mark.parametrize("reference", UNREAD)
def test_does_not_guess(reference: str) -> None:
    assert asked_by(reference, is_flake=True) is None


def test_a_link_that_is_no_archive_is_a_tree_only_for_a_flake() -> None:
    link = "https://example.org/list"
    assert asked_by(link, is_flake=False) == {"type": "file", "url": link}
    assert asked_by(f"{link}.tar.gz", is_flake=False) == {"type": "tarball", "url": f"{link}.tar.gz"}


def test_an_address_is_the_same_with_its_characters_escaped() -> None:
    link = {"type": "tarball", "url": "https://flakehub.com/f/a/b/*.tar.gz"}
    assert is_same_asked(link, link | {"url": "https://flakehub.com/f/a/b/%2A.tar.gz"})
    assert not is_same_asked(link, link | {"url": "https://flakehub.com/f/a/c/%2A.tar.gz"})
