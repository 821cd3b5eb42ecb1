"""The files of the seeded repositories: real ones, below ``seed/``, with a few places to fill in. No network."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from pathlib import Path

_SEEDS = Path(__file__).parent / "seed"
_PLACE = re.compile(rb"@([a-z]+)@")

Files = dict[str, bytes]
"""The files of a commit, by their paths from the top."""


def seed_files(name: str, /, **values: str) -> Files:
    """Return the files of one seeded repository. Raises `KeyError` for a place without a value."""
    folder = _SEEDS / name
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _filled(path.read_bytes(), values) for path in found}


def _filled(content: bytes, values: Mapping[str, str]) -> bytes:
    return _PLACE.sub(lambda place: values[place[1].decode()].encode(), content)


def nix_system() -> str:
    """Return this machine as Nix names it, as ``x86_64-linux``."""
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{machine}-{platform.system().lower()}"
