"""``--help`` says the same everywhere: outside a repository, without a token, and as docs/commands.md has it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flakebot.cli import COMMANDS
from tests.documents.commands import commands_page

OPTION = re.compile(r"^  (--[\w-]+)", re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_needs_nothing_and_is_what_the_page_says(command: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        (sys.executable, "-I", "-m", "flakebot", command, "--help"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    section = commands_page().partition(f"\n## `flakebot {command}`\n")[2].partition("\n## ")[0]
    assert OPTION.findall(ended.stdout) == OPTION.findall(section) != []
