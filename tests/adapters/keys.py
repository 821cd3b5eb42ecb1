"""Real OpenPGP keys of every kind that a bot may be given, made with gpg itself."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from msgspec import Struct

PASSPHRASE = "open sesame"


class Maker:
    """A gpg home in which keys are made; its path is short, as gpg's sockets need."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="fk-", dir="/tmp"))

    def gpg(self, *words: str, stdin: bytes = b"", at: str | None = None, passphrase: str = "") -> bytes:
        """Run gpg, at another time than now when that is wanted."""
        faked = ("--faked-system-time", at) if at else ()
        always = ("--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", passphrase)
        ended = subprocess.run(
            ["gpg", "--homedir", str(self.home), *always, *faked, *words],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr.decode(errors="replace")
        return ended.stdout

    def new_key(
        self, name: str, *, usage: str = "sign", expiry: str = "0", at: str | None = None, passphrase: str = ""
    ) -> str:
        """Make a key and return its fingerprint."""
        identity = f"{name} <{name}@example.org>"
        self.gpg("--quick-generate-key", identity, "ed25519", usage, expiry, at=at, passphrase=passphrase)
        return self.fingerprints(identity)[0]

    def add_subkey(self, key: str, *, usage: str = "sign", expiry: str = "0", at: str | None = None) -> str:
        """Add a subkey and return its fingerprint."""
        before = self.fingerprints(key)
        self.gpg("--quick-add-key", key, "ed25519", usage, expiry, at=at)
        (added,) = set(self.fingerprints(key)) - set(before)
        return added

    def revoke(self, key: str) -> None:
        """Revoke a key with the certificate that gpg made with it."""
        certificate = (self.home / "openpgp-revocs.d" / f"{key}.rev").read_text().replace("\n:-----", "\n-----")
        self.gpg("--import", stdin=certificate.encode())

    def fingerprints(self, key: str) -> list[str]:
        """Return a key's fingerprints, the primary one first."""
        listing = self.gpg("--with-colons", "--fingerprint", "--fingerprint", "--list-keys", key).decode()
        return [line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr")]

    def secret(self, *keys: str, passphrase: str = "") -> str:
        """Export private keys, armoured."""
        return self.gpg("--armor", "--export-secret-keys", *keys, passphrase=passphrase).decode()

    def secret_subkeys(self, key: str) -> str:
        """Export the private subkeys alone, armoured."""
        return self.gpg("--armor", "--export-secret-subkeys", key).decode()

    def public(self, *keys: str) -> str:
        """Export public keys, armoured."""
        return self.gpg("--armor", "--export", *keys).decode()

    def signature(self, key: str, payload: bytes, *options: str, at: str | None = None) -> str:
        """Sign as git would, with the options that make it different."""
        words = ("--armor", "--detach-sign", "--local-user", f"{key}!")
        return self.gpg(*options, *words, stdin=payload, at=at).decode()

    def close(self) -> None:
        """End the agent and remove everything."""
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=True, timeout=60)
        shutil.rmtree(self.home, ignore_errors=True)  # an agent that ends takes its sockets away meanwhile


class Keys(Struct, frozen=True, kw_only=True):
    """One maker, and the keys that most tests need."""

    maker: Maker
    plain: str
    locked: str
    primary: str
    subkey: str
    expired: str
    revoked: str
    offline: str


def make_keys() -> Keys:
    """Make them all."""
    maker = Maker()
    primary = maker.new_key("composed", usage="cert")
    offline = maker.new_key("offline")
    maker.add_subkey(offline, usage="auth")
    return Keys(
        maker=maker,
        plain=maker.new_key("plain"),
        locked=maker.new_key("locked", passphrase=PASSPHRASE),
        primary=primary,
        subkey=maker.add_subkey(primary),
        expired=maker.new_key("expired", expiry="2020-02-01", at="20200101T000000"),
        revoked=maker.new_key("revoked"),
        offline=offline,
    )
