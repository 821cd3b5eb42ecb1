"""Locks that real Nix wrote, one folder a version, one file a season. ``python -m tests.attacks.locks`` writes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
VERSIONS = ("nix-2.8", "nix-2.34")
SEASONS = ("old", "leaves", "parents", "graph")


@cache
def stored(version: str, season: str) -> bytes:
    """Return a stored lock."""
    return (FOLDER / version / f"{season}.lock").read_bytes()
