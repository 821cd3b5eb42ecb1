"""A throw-away OpenPGP key for the author of a rehearsal. Lives in memory; never touches a user's keyring."""

from __future__ import annotations

import secrets
import tempfile
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from flakebot.model import Fingerprint, Passphrase, SigningKey
from flakebot.rehearsal.github.signing.gpg import end_agent, gpg
from flakebot.rehearsal.github.signing.listing import listed_keys

_AGENT = "s2k-count 65536\n"
"""Without it gpg-agent measures for seconds how much work a passphrase may cost on this machine."""


class KeyPair(Struct, frozen=True, kw_only=True):
    """Both halves of a key, armoured, and what unlocks the private one."""

    fingerprint: Fingerprint
    public: str
    private: SigningKey
    passphrase: Passphrase


def generate_key(identity: str, *, made: datetime | None = None) -> KeyPair:
    """Make an ed25519 signing key for ``Name <e-mail>``, protected by a random passphrase.

    It expires a year after it was ``made``, which is now unless a story needs an old key.
    """
    passphrase = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="key-") as folder:
        home = Path(folder)
        (home / "gpg-agent.conf").write_text(_AGENT)
        unlocked = ("--pinentry-mode", "loopback", "--passphrase-fd", "0")
        given = f"{passphrase}\n".encode()
        clock = () if made is None else ("--faked-system-time", f"{int(made.timestamp())}!")
        try:
            _output(home, *clock, *unlocked, "--quick-generate-key", identity, "ed25519", "sign", "1y", given=given)
            public = _output(home, "--armor", "--export")
            private = _output(home, *unlocked, "--armor", "--export-secret-keys", given=given)
            listing = _output(home, "--with-colons", "--list-keys")
        finally:
            end_agent(home)
    (key,) = listed_keys(listing)
    return KeyPair(
        fingerprint=key.parts[0].fingerprint,
        public=public,
        private=SigningKey(private),
        passphrase=Passphrase(passphrase),
    )


def _output(home: Path, *arguments: str, given: bytes = b"") -> str:
    ended = gpg(home, *arguments, given=given)
    if ended.returncode:
        raise RuntimeError(f"gpg could not make a key: {ended.stderr.decode(errors='replace').strip()}")
    return ended.stdout.decode()
