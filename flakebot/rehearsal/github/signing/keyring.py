"""All keys that accounts have registered, in one gpg home. Holds one private key only: GitHub's own."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from msgspec import Struct

from flakebot.rehearsal.github.signing.gpg import end_agent, gpg
from flakebot.rehearsal.github.signing.listing import ListedKey, listed_keys

WEB_FLOW_IDENTITY = "GitHub <noreply@github.com>"


class Finding(Enum):
    """What gpg found out about a signature."""

    GOOD = "good"
    BAD = "bad"
    EXPIRED_KEY = "made by an expired key"
    NO_KEY = "made by a key that is not here"
    UNUSABLE = "could not be checked with the key that made it"
    MALFORMED = "not a signature"


class SignatureFinding(Struct, frozen=True, kw_only=True):
    """A finding with the long key ID, in capitals, of the key that made the signature; empty when malformed."""

    finding: Finding
    key_id: str = ""


_STATUS = re.compile(r"^\[GNUPG:\] (GOODSIG|BADSIG|EXPKEYSIG|REVKEYSIG|EXPSIG|ERRSIG) (\w{16})(.*)$", re.MULTILINE)
_NO_PUBLIC_KEY = "9"


@dataclass(slots=True, kw_only=True, eq=False)
class Keyring:
    """A short-named folder for gpg; ``generation`` grows whenever a key is added."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="gh-keys-")))
    generation: int = 0
    _web_flow: str | None = None

    def close(self) -> None:
        """End gpg's agent and remove the folder."""
        end_agent(self.home)
        shutil.rmtree(self.home, ignore_errors=True)

    def register(self, armored: str) -> ListedKey:
        """Take a public key in. Raises `ValueError` when it is none."""
        listing = gpg(self.home, "--with-colons", "--show-keys", given=armored.encode())
        keys = listed_keys(listing.stdout.decode(errors="replace"))
        if len(keys) != 1:
            raise ValueError(f"expected one OpenPGP public key, found {len(keys)}")
        gpg(self.home, "--import", given=armored.encode())
        self.generation += 1
        return keys[0]

    def check(self, signature: str, payload: bytes) -> SignatureFinding:
        """Check a detached signature against all registered keys."""
        with tempfile.NamedTemporaryFile(dir=self.home, suffix=".asc") as file:
            file.write(signature.encode())
            file.flush()
            ended = gpg(self.home, "--trust-model", "always", "--verify", file.name, "-", given=payload)
        return _finding(ended.stderr.decode(errors="replace"))

    def web_flow_key(self) -> str:
        """Return GitHub's own public key, made when it is first needed."""
        if self._web_flow is None:
            gpg(self.home, "--passphrase", "", "--quick-gen-key", WEB_FLOW_IDENTITY, "ed25519", "sign", "never")
            self._web_flow = gpg(self.home, "--armor", "--export", WEB_FLOW_IDENTITY).stdout.decode()
        return self._web_flow

    def sign(self, payload: bytes) -> str:
        """Sign as GitHub does for the commits that it makes itself."""
        self.web_flow_key()
        ended = gpg(self.home, "--armor", "--local-user", WEB_FLOW_IDENTITY, "--detach-sign", given=payload)
        return ended.stdout.decode()


def _finding(status: str) -> SignatureFinding:
    match = _STATUS.search(status)
    if match is None:
        return SignatureFinding(finding=Finding.MALFORMED)
    word, key_id, rest = match.groups()
    missing = rest.split()[4:5] == [_NO_PUBLIC_KEY]
    found = {
        "GOODSIG": Finding.GOOD,
        "EXPKEYSIG": Finding.EXPIRED_KEY,
        "ERRSIG": Finding.NO_KEY if missing else Finding.UNUSABLE,
    }
    return SignatureFinding(finding=found.get(word, Finding.BAD), key_id=key_id)
