"""What a short call has no use for is not loaded; what it has a use for after all is all there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ASKING = """
import sys
import flakebot.adapters.github.connection
print(*(name in sys.modules for name in ("cryptography", "jwt.api_jwt", "nacl", "charset_normalizer")))
"""

SIGNING = """
import sys
import flakebot.adapters.github.connection
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from github import Auth
key = generate_private_key(65537, 2048)
pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
token = Auth.AppAuth(7, pem).create_jwt()
import jwt
print(jwt.decode(token, key.public_key(), algorithms=["RS256"])["iss"], jwt is sys.modules["jwt"], jwt.__name__)
"""

FIRST = """
import jwt
import flakebot.adapters.github
print(jwt is __import__("sys").modules["jwt"], type(jwt).__name__)
"""

WAITING = """
import sys
import flakebot.adapters.github.connection
import github.Milestone, github.PublicKey
waited = [type(sys.modules[name]).__name__ for name in ("github.Milestone", "github.PublicKey")]
from github.Milestone import Milestone
print(*waited, github.Milestone.Milestone is Milestone, type(sys.modules["github.Milestone"]).__name__)
"""

THREADS = """
import flakebot.adapters.github.connection
import github.Repository, github.Organization
from concurrent.futures import ThreadPoolExecutor
waiting = github.Organization
with ThreadPoolExecutor(16) as pool:
    print(len(set(pool.map(lambda _: waiting.Organization, range(64)))))
"""

COROUTINES = """
import sys
import flakebot.settings.calls
print("asyncio.events" in sys.modules, end=" ")
import asyncio
async def answer():
    return 42
print(asyncio.run(answer()))
"""

DECODED = """
import warnings
warnings.simplefilter("error")
import flakebot.adapters.github
import requests
answer = requests.Response()
answer._content = "{\\"name\\": \\"Grüße\\"}".encode()
print(answer.json()["name"], answer.text == answer.content.decode())
import charset_normalizer
print(charset_normalizer.__name__)
"""


def said_by(script: str, **environment: str) -> str:
    argv = (sys.executable, "-I", "-X", "utf8", "-c", script)
    ended = subprocess.run(argv, check=True, capture_output=True, text=True, env=environment, timeout=60)
    return ended.stdout.strip()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(ASKING, "False False False False", id="an account's token needs no cryptography"),
        pytest.param(SIGNING, "7 True jwt", id="an App signs as if it had been there from the start"),
        pytest.param(FIRST, "True module", id="a module that is there already stays"),
        pytest.param(WAITING, "LaterModule LaterModule True module", id="a module of a package that waits"),
        pytest.param(THREADS, "1", id="threads that use it at once share one"),
        pytest.param(COROUTINES, "False 42", id="settings need no coroutines"),
        pytest.param(DECODED, "Grüße True\ncharset_normalizer", id="answers are read without guessing their encoding"),
    ],
)
def test_a_module_is_loaded_when_it_is_used(script: str, said: str) -> None:
    assert said_by(script) == said


def test_importing_what_speaks_to_git_runs_no_git(tmp_path: Path) -> None:
    trap = tmp_path / "git"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    script = "import sys, flakebot.adapters.git; print('git.cmd' in sys.modules, 'git.repo' in sys.modules)"
    assert said_by(script, PATH=str(tmp_path)) == "True False"
    assert not (tmp_path / "ran").exists()
