"""What git is started with: our own settings only. Never the user's, never a prompt, never a token in argv."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from flakebot.adapters.environment import allowed_environment
from flakebot.errors import MisuseError
from flakebot.model import Token

Setting = tuple[str, str]
"""A key of git's configuration and its value."""

_FIXED = {
    "GIT_ASKPASS": "",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C",
    "SSH_ASKPASS": "",
}

_SETTINGS: tuple[Setting, ...] = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.excludesFile", "/dev/null"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("credential.helper", ""),
    ("http.followRedirects", "false"),
    ("protocol.allow", "never"),
)


class Remote(Struct, frozen=True, kw_only=True):
    """Where to fetch from and push to: an https address or a path, and the token of whoever does it."""

    url: str
    token: Token | None = None

    def __post_init__(self) -> None:
        if not (self.url.startswith("https://") or Path(self.url).is_absolute()):
            raise MisuseError(
                f"{self.url} is neither an https address nor an absolute path",
                advice="Correct the server's address; flakebot pushes nowhere else.",
            )

    @property
    def protocol(self) -> str:
        """The only protocol that git may speak with it."""
        return "file" if Path(self.url).is_absolute() else "https"


def git_environment(*settings: Setting, safe: Iterable[Path] = ()) -> dict[str, str]:
    """Return the environment of a git command that may read the folders ``safe`` whoever owns them."""
    trusted = (("safe.directory", str(folder)) for folder in safe)
    return allowed_environment(extra=_FIXED | as_variables((*_SETTINGS, *trusted, *settings)))


def remote_settings(remote: Remote) -> tuple[Setting, ...]:
    """Return what git needs for the remote: its protocol, and the token as a header for its server alone.

    A header that a configuration adds already is dropped first, or the server would see two of them.
    """
    protocol = (f"protocol.{remote.protocol}.allow", "always")
    if remote.token is None or remote.protocol == "file":
        return (protocol,)
    key = f"http.{_server(remote.url)}/.extraheader"
    return (protocol, (key, ""), (key, f"Authorization: Basic {basic_credentials(remote.token)}"))


def basic_credentials(token: Token) -> str:
    """Return the token as GitHub's git servers take it."""
    return base64.b64encode(f"x-access-token:{token.reveal()}".encode()).decode("ascii")


def as_variables(settings: Iterable[Setting]) -> dict[str, str]:
    """Return settings as the variables from which git reads them: visible to git alone, and for one call."""
    pairs = tuple(settings)
    variables = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (key, value) in enumerate(pairs):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
