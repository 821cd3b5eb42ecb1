"""The checkout and its action.yml."""

from pathlib import Path

import pytest

from tests.action.manifest import Manifest, read_manifest


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that these tests belong to. Nobody writes here."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def manifest(root: Path) -> Manifest:
    return read_manifest(root)
