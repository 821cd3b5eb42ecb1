"""The stand-in's one door to gpg, in a home of its own. Never reads a user's keyring."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from flakebot.interrupts import heed

LIMIT_SECONDS = 30


def gpg(home: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run gpg without questions and return how it ended, its status lines in ``stderr``."""
    ended = subprocess.run(
        ("gpg", "--homedir", str(home), "--batch", "--no-tty", "--quiet", "--status-fd", "2", *arguments),
        cwd=home,
        input=given,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    heed()  # or one that was interrupted along with us would look like one that failed
    return ended


def end_agent(home: Path) -> None:
    """End the agent that gpg may have started for a home."""
    subprocess.run(
        ("gpgconf", "--homedir", str(home), "--kill", "all"),
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
