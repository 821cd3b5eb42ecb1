"""The variables that lead a client to the stand-in: a proxy and an authority, nothing else."""

from __future__ import annotations

from pathlib import Path

_CA_VARIABLES = (
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NIX_SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
)
_EMPTIED = ("ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "GIT_SSL_CAPATH", "SSL_CERT_DIR")
"""Emptied, because a machine may have set them to its own."""


def client_environment(proxy_port: int, authority: Path) -> dict[str, str]:
    """Return variables for git, gh, curl, Nix, Python and Node alike."""
    proxy = f"http://127.0.0.1:{proxy_port}"
    return {
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        **dict.fromkeys(_CA_VARIABLES, str(authority)),
        **dict.fromkeys(_EMPTIED, ""),
    }
