"""OpenPGP keys of people, made by real gpg in a folder of their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from flakebot.rehearsal.github.signing.gpg import end_agent, gpg
from flakebot.rehearsal.github.signing.listing import ListedKey, listed_keys


class PersonalKey(Struct, frozen=True, kw_only=True):
    """A key pair in a gpg home."""

    home: Path
    fingerprint: str
    public: str

    def sign(self, payload: bytes, now: str | None = None) -> str:
        """Sign as git would have it; ``now`` turns gpg's clock back, as ``20200101T000000``."""
        signer = (*_clock(now), "--local-user", self.fingerprint, "--armor", "--detach-sign")
        return gpg(self.home, *signer, given=payload).stdout.decode()


@contextmanager
def gpg_home() -> Iterator[Path]:
    """Make a folder with a name short enough for gpg's sockets."""
    home = Path(tempfile.mkdtemp(prefix="key-"))
    try:
        yield home
    finally:
        end_agent(home)
        shutil.rmtree(home, ignore_errors=True)  # an agent that ends takes its sockets away meanwhile


def make_key(
    home: Path,
    identity: str,
    *,
    usage: str = "sign",
    subkey: str | None = None,
    expires: str = "never",
    now: str | None = None,
) -> PersonalKey:
    """Make a key pair, perhaps with a subkey, both without a passphrase."""
    before = {key.parts[0].fingerprint for key in _listed(home)}
    unlocked = (*_clock(now), "--passphrase", "")
    gpg(home, *unlocked, "--quick-gen-key", identity, "ed25519", usage, expires)
    made = next(key for key in _listed(home) if key.parts[0].fingerprint not in before)
    fingerprint = made.parts[0].fingerprint
    if subkey is not None:
        gpg(home, *unlocked, "--quick-add-key", fingerprint, "ed25519", subkey, expires)
    public = gpg(home, "--armor", "--export", fingerprint).stdout.decode()
    return PersonalKey(home=home, fingerprint=fingerprint, public=public)


def _clock(now: str | None) -> tuple[str, ...]:
    return () if now is None else ("--faked-system-time", now)


def _listed(home: Path) -> tuple[ListedKey, ...]:
    listing = gpg(home, "--with-colons", "--list-keys").stdout.decode()
    return listed_keys(listing)
