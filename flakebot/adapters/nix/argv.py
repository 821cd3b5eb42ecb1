"""The arguments and the environment of Nix's commands. Pure; never a token in an argument."""

from __future__ import annotations

from collections.abc import Mapping

from flakebot.adapters.nix.features import Feature, NixVersion
from flakebot.adapters.nix.plan import CheckPlan, Program
from flakebot.model import Token

_FLAKES = "nix-command flakes"

_FETCH = """\
let found = builtins.fetchTree (builtins.fromJSON "{document}"); in {{
  store_path = found.outPath;
  nar_hash = found.narHash;
  last_modified = found.lastModified or null;
  rev = found.rev or null;
  rev_count = found.revCount or null;
}}"""

_DERIVATIONS = "builtins.mapAttrs (_: builtins.mapAttrs (_: check: (builtins.tryEval check.drvPath).value))"
"""Of all checks the derivations, false for one that throws."""


def version_argv(program: Program) -> tuple[str, ...]:
    """Return the argv that asks Nix which one it is."""
    return program.name, "--version"


def update_argv(
    program: Program, inputs: tuple[str, ...], version: NixVersion, *, options: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the argv that updates these inputs of the flake in its folder, or all of them when none is named."""
    if not inputs:
        return _nix(program, "flake", "update", *options)
    if version.has(Feature.NAMED_INPUTS):
        return _nix(program, "flake", "update", *options, "--", *inputs)
    return _nix(program, "flake", "lock", *options, *(word for name in inputs for word in ("--update-input", name)))


def lock_argv(program: Program, addresses: Mapping[str, str], version: NixVersion) -> tuple[str, ...]:
    """Return the argv that locks these inputs of the flake in its folder to other addresses, and leaves all others.

    They are updated as well: for an input that has only got another address, Nix (up to 2.26 at least) asks the old
    lock about the inputs below it, and not the lock that it has itself.
    """
    inputs = tuple(sorted(addresses))
    overrides = tuple(word for name in inputs for word in ("--override-input", name, addresses[name]))
    return update_argv(program, inputs, version, options=overrides)


def check_argv(program: Program, plan: CheckPlan, version: NixVersion, *, is_built: bool) -> tuple[str, ...]:
    """Return the argv that checks the flake in its folder without ever writing, or needing, another lock.

    It is not told to keep going: Nix would then build what it can although the rest cannot be evaluated, which makes
    the update a bad one without any build. A Nix that cannot be told to check every system always does.
    """
    is_told = plan.is_every_system and version.has(Feature.ALL_SYSTEMS)
    return (
        *_nix(program, "flake", "check", "--no-update-lock-file", "--print-build-logs"),
        *(("--all-systems",) if is_told else ()),
        *(("--no-build",) if plan.is_evaluation_only or not is_built else ()),
        *plan.arguments,
    )


def tracing_argv(program: Program, plan: CheckPlan, version: NixVersion) -> tuple[str, ...]:
    """Return the argv that evaluates the flake in its folder and names what fails, as Nix 2.8 does only in a trace."""
    return (*check_argv(program, plan, version, is_built=False), "--show-trace")


def derivations_argv(program: Program, plan: CheckPlan) -> tuple[str, ...]:
    """Return the argv that prints which derivations the checks of the flake in its folder are, as JSON."""
    asked = ("eval", "--no-update-lock-file", "--json", ".#checks", "--apply", _DERIVATIONS)
    return (*_nix(program, *asked), *plan.arguments)


def fetch_argv(program: Program, attributes: str) -> tuple[str, ...]:
    """Return the argv that fetches what attributes (as a JSON document) name and prints where it is and what it is.

    Nothing that is fetched is evaluated. Impure, because a link is locked by no attribute.
    """
    document = attributes.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    expression = _FETCH.format(document=document)
    return _nix(program, "eval", "--impure", "--json", "--expr", expression)


def _nix(program: Program, *words: str) -> tuple[str, ...]:
    always = ("--extra-experimental-features", _FLAKES, "--option", "accept-flake-config", "false")
    return (program.name, *always, *program.arguments, *words)


def with_token(configuration: str, token: Token, server: str) -> str:
    """Return ``NIX_CONFIG`` with a token for one server, behind what it held already."""
    return _with_line(configuration, f"extra-access-tokens = {server}={token.reveal()}")


def nix_variables(inherited: Mapping[str, str], token: Token | None, server: str) -> dict[str, str]:
    """Return what Nix is given besides what every program is given."""
    if token is None:
        return {}
    return {"NIX_CONFIG": with_token(inherited.get("NIX_CONFIG", ""), token, server)}


def configuring_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what makes each Nix that a command starts as careful as ours, which is told by arguments."""
    configuration = environment.get("NIX_CONFIG", "")
    for line in (f"extra-experimental-features = {_FLAKES}", "accept-flake-config = false"):
        configuration = _with_line(configuration, line)
    return {"NIX_CONFIG": configuration}


def _with_line(configuration: str, line: str) -> str:
    return f"{configuration.rstrip()}\n{line}\n" if configuration.strip() else f"{line}\n"
