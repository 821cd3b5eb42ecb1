"""Imports run only along the arrows of ARCHITECTURE.md: each forbidden one, added to a copy, is reported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FORBIDDEN = (
    pytest.param("commands/fault.py", "import flakebot.adapters", "meet only in the ports", id="commands → adapters"),
    pytest.param("adapters/fault.py", "import flakebot.commands", "meet only in the ports", id="adapters → commands"),
    pytest.param("adapters/fault.py", "import flakebot.policy", "adapters judge nothing", id="adapters → policy"),
    pytest.param("adapters/fault.py", "import flakebot.text", "adapters judge nothing", id="adapters → text"),
    pytest.param("adapters/fault.py", "import flakebot.settings", "adapters judge nothing", id="adapters → settings"),
    pytest.param("policy/fault.py", "import flakebot.ports", "neither ports nor settings", id="policy → ports"),
    pytest.param("policy/fault.py", "import flakebot.text", "cli is wired on top", id="policy → text"),
    pytest.param("lock/fault.py", "import flakebot.policy", "cli is wired on top", id="lock → policy"),
    pytest.param("lock/fault.py", "import flakebot.adapters", "nor adapters", id="lock → adapters"),
    pytest.param("isolation/fault.py", "import flakebot.ports", "neither ports nor settings", id="isolation → ports"),
    pytest.param("isolation/fault.py", "import flakebot.lock", "cli is wired on top", id="isolation → lock"),
    pytest.param("settings/fault.py", "import flakebot.adapters", "speak in values", id="settings → adapters"),
    pytest.param("settings/fault.py", "import flakebot.ports", "do not know each other", id="settings → ports"),
    pytest.param("model/fault.py", "import flakebot.lock", "cli is wired on top", id="model → lock"),
    pytest.param("commands/fault.py", "import flakebot.cli", "cli is wired on top", id="commands → cli"),
    pytest.param("commands/fault.py", "import flakebot.rehearsal", "is an extra", id="commands → rehearsal"),
    pytest.param("policy/fault.py", "import os", "what is pure does no I/O", id="policy reads no environment"),
    pytest.param("text/fault.py", "import time", "what is pure does no I/O", id="text reads no clock"),
    pytest.param("commands/fault.py", "import subprocess", "touch the outside", id="commands start no process"),
    pytest.param("policy/fault.py", "import github", "touch the outside", id="policy asks GitHub nothing"),
    pytest.param("settings/fault.py", "import git", "touch the outside", id="settings open no repository"),
    pytest.param("new_room.py", "import gnupg", "touch the outside", id="a room that nobody named is no exception"),
)


@pytest.mark.parametrize(("module", "statement", "contract"), FORBIDDEN)
def test_forbidden_import_is_reported(checkout: Path, module: str, statement: str, contract: str) -> None:
    (checkout / "flakebot" / module).write_text(f"{statement}\n")
    result = subprocess.run(
        (Path(sys.executable).with_name("lint-imports"), "--no-cache"),
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        check=False,
        capture_output=True,
        text=True,
    )
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert result.returncode == 1
    assert any(contract in line for line in broken), result.stdout + result.stderr
