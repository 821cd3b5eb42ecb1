"""The checkout under test, and copies of it that a test may break."""

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that these tests belong to. Nobody writes here."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def files(root: Path) -> tuple[Path, ...]:
    """Every file of the checkout that git does not ignore, relative to its root, in git's order."""
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = tuple(Path(name) for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if (root / path).is_file())


@pytest.fixture
def checkout(root: Path, files: tuple[Path, ...], tmp_path: Path) -> Path:
    """A copy of the checkout, in a folder whose name has a space."""
    copy = tmp_path / "a checkout"
    for path in files:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, copy / path)
    subprocess.run(("git", "init", "--quiet"), cwd=copy, check=True)
    return copy
