"""What other programs may see of our environment: an allow-list. Never a secret, never an inherited ``GIT_*``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

_SYSTEM = frozenset({"HOME", "LANG", "LANGUAGE", "LOCALE_ARCHIVE", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER"})

_NETWORK = frozenset(
    {
        *("all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy"),
        *("ALL_PROXY", "FTP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
        *("CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NIX_SSL_CERT_FILE"),
        *("REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    }
)

_PREFIXES = ("LC_", "XDG_")

NIX_VARIABLES = frozenset(
    {
        *("NIX_CONFIG", "NIX_CONF_DIR", "NIX_USER_CONF_FILES", "NIX_PATH"),
        *("NIX_DAEMON_SOCKET_PATH", "NIX_DATA_DIR", "NIX_LOCALSTATE_DIR", "NIX_LOG_DIR"),
        *("NIX_REMOTE", "NIX_STATE_DIR", "NIX_STORE_DIR"),
    }
)
"""Where Nix keeps things and how it is configured; passed on to Nix alone."""


def is_allowed(name: str) -> bool:
    """Whether a variable of this name may be passed on to every program."""
    return name in _SYSTEM or name in _NETWORK or name.startswith(_PREFIXES)


def allowed_environment(
    names: Iterable[str] = (), extra: Mapping[str, str] | None = None, *, source: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what a program is started with.

    That is what every program may see of ``source`` (our own environment by default), what is named besides,
    and ``extra`` as it stands.
    """
    wanted = frozenset(names)
    inherited = os.environ if source is None else source
    allowed = {name: value for name, value in inherited.items() if is_allowed(name) or name in wanted}
    return allowed | dict(extra or {})
