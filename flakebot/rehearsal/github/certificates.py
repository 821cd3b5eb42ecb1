"""A throw-away certificate authority for GitHub's host names. Its key never leaves the memory of the process."""

from __future__ import annotations

from pathlib import Path

import trustme
from msgspec import Struct

HOSTS = ("api.github.com", "github.com", "codeload.github.com", "raw.githubusercontent.com")
"""The hosts that the stand-in answers for."""


class Certificates(Struct, frozen=True, kw_only=True):
    """Files: what clients trust, and the server's chain with its key."""

    authority: Path
    chain: Path


def make_certificates(folder: Path) -> Certificates:
    """Make an authority and one certificate for all hosts."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="flakebot rehearsal")
    issued = authority.issue_cert(*HOSTS)
    files = Certificates(authority=folder / "ca.pem", chain=folder / "server.pem")
    authority.cert_pem.write_to_path(str(files.authority))
    files.chain.touch(mode=0o600)
    issued.private_key_and_cert_chain_pem.write_to_path(str(files.chain))
    return files
