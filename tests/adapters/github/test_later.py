"""What only a GitHub App needs is loaded when one signs, and then it is all there."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASKING = """
import sys
import flakebot.adapters.github.connection
print("cryptography" in sys.modules, "jwt.api_jwt" in sys.modules)
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


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(ASKING, "False False", id="an account's token needs no cryptography"),
        pytest.param(SIGNING, "7 True jwt", id="an App signs as if it had been there from the start"),
        pytest.param(FIRST, "True module", id="a module that is there already stays"),
    ],
)
def test_a_module_is_loaded_when_it_is_used(script: str, said: str) -> None:
    argv = (sys.executable, "-I", "-c", script)
    assert subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip() == said
