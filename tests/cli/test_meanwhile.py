"""A command that talks to GitHub loads its modules while git fetches: each takes as long as the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flakebot.adapters.candidate import CandidateFolder
from tests.adapters.test_candidate import UPDATE

WATCHED = """
import sys

def watch(event, details):
    if event == "subprocess.Popen" and "fetch" in details[1]:
        print("fetch")
    elif event == "import" and details[0] in {"github", "jinja2"}:
        print(details[0])

sys.addaudithook(watch)
from flakebot.cli import main
sys.exit(main(sys.argv[1:]))
"""

NOBODY = "https://127.0.0.1:1"
SETTINGS = ("--repository=me/flake", f"--server-url={NOBODY}", f"--api-url={NOBODY}", "--author=a", "--approver=b")


def events_of(folder: Path, *words: str) -> list[str]:
    """Return what happened in which order; nobody answers, so the command ends when it waits for the fetch."""
    secrets = {"FLAKEBOT_TOKEN": "ghp_x", "FLAKEBOT_JOB_TOKEN": "ghs_x", "FLAKEBOT_GPG_PRIVATE_KEY": "x"}
    ended = subprocess.run(
        (sys.executable, "-I", "-c", WATCHED, *words, *SETTINGS),
        cwd=folder,
        env={"PATH": os.environ["PATH"], **secrets},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 4, ended.stderr
    return ended.stdout.split()


@pytest.mark.parametrize(
    "words",
    [
        ("propose", "--candidate=candidate"),
        ("approve", "--pr=1"),
        ("merge", "--pr=1", f"--sha={'a' * 40}"),
        ("verify", "--pr=1"),
    ],
    ids=lambda words: words[0],
)
def test_the_fetch_has_begun_before_the_most_is_loaded(tmp_path: Path, words: tuple[str, ...]) -> None:
    CandidateFolder(tmp_path / "candidate").write(UPDATE)
    events = events_of(tmp_path, *words)
    assert events[0] == "fetch"
    assert "github" in events
