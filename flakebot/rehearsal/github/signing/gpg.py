"""The stand-in's one door to gpg, in a home of its own. Never reads a user's keyring."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from flakebot.rehearsal.finished import finished

LIMIT_SECONDS = 30


def gpg(home: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run gpg without questions and return how it ended, its status lines in ``stderr``."""
    return finished(
        ("gpg", "--homedir", str(home), "--batch", "--no-tty", "--quiet", "--status-fd", "2", *arguments),
        cwd=home,
        environment={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"},
        limit=LIMIT_SECONDS,
        given=given,
    )


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
