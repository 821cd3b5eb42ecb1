"""The arguments and the environment of Nix's commands. Pure; never a token in an argument."""

from __future__ import annotations

from collections.abc import Mapping

from flakebot.model import Token

_ALWAYS = (
    "nix",
    "--extra-experimental-features",
    "nix-command flakes",
    *("--option", "accept-flake-config", "false"),
)

VERSION = ("nix", "--version")

UPDATE = (*_ALWAYS, "flake", "update")
"""Every version from 2.8 on updates all inputs of the flake in its folder so."""


_FETCH = """\
let found = builtins.fetchTree (builtins.fromJSON "{document}"); in {{
  store_path = found.outPath;
  nar_hash = found.narHash;
  last_modified = found.lastModified or null;
  rev = found.rev or null;
  rev_count = found.revCount or null;
}}"""


def check_argv(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the argv that checks the flake in its folder without ever writing, or needing, another lock."""
    return (*_ALWAYS, "flake", "check", "--no-update-lock-file", "--print-build-logs", "--keep-going", *arguments)


def fetch_argv(attributes: str) -> tuple[str, ...]:
    """Return the argv that fetches what attributes (as a JSON document) name and prints where it is and what it is.

    Nothing that is fetched is evaluated. Impure, because a link is locked by no attribute.
    """
    document = attributes.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    expression = _FETCH.format(document=document)
    return (*_ALWAYS, "eval", "--impure", "--json", "--expr", expression)


def with_token(configuration: str, token: Token, server: str) -> str:
    """Return ``NIX_CONFIG`` with a token for one server, behind what it held already."""
    line = f"extra-access-tokens = {server}={token.reveal()}\n"
    return f"{configuration.rstrip()}\n{line}" if configuration.strip() else line


def nix_variables(inherited: Mapping[str, str], token: Token | None, server: str) -> dict[str, str]:
    """Return what Nix is given besides what every program is given."""
    if token is None:
        return {}
    return {"NIX_CONFIG": with_token(inherited.get("NIX_CONFIG", ""), token, server)}
