"""What Nix is started with, as tables."""

from __future__ import annotations

import pytest

from flakebot.adapters.nix import CheckPlan, Program
from flakebot.adapters.nix.argv import (
    check_argv,
    configuring_variables,
    lock_argv,
    nix_variables,
    update_argv,
    version_argv,
)
from flakebot.adapters.nix.features import Implementation, NixVersion
from flakebot.model import Token

OLD, NEW = (
    NixVersion(implementation=Implementation.NIX, number=f"2.{minor}.0", release=(2, minor)) for minor in (8, 26)
)
ALWAYS = ("--extra-experimental-features", "nix-command flakes", "--option", "accept-flake-config", "false")
OVERRIDES = ("--override-input", "a", "github:o/a/1", "--override-input", "b", "github:o/b/2")
CHECK = ("flake", "check", "--no-update-lock-file", "--print-build-logs")


@pytest.mark.parametrize(
    ("inputs", "version", "expected"),
    [
        ((), OLD, ("flake", "update")),
        ((), NEW, ("flake", "update")),
        (("a", "b"), OLD, ("flake", "lock", "--update-input", "a", "--update-input", "b")),
        (("a", "b"), NEW, ("flake", "update", "--", "a", "b")),
    ],
)
def test_an_update_is_spelled_as_that_nix_knows_it(
    inputs: tuple[str, ...], version: NixVersion, expected: tuple[str, ...]
) -> None:
    assert update_argv(Program(), inputs, version) == ("nix", *ALWAYS, *expected)


@pytest.mark.parametrize(
    ("plan", "version", "is_built", "expected"),
    [
        (CheckPlan(), NEW, True, ()),
        (CheckPlan(), NEW, False, ("--no-build",)),
        (CheckPlan(is_evaluation_only=True), NEW, True, ("--no-build",)),
        (CheckPlan(is_every_system=True), NEW, True, ("--all-systems",)),
        (CheckPlan(is_every_system=True), OLD, True, ()),
        (CheckPlan(arguments=("--impure", "x y")), NEW, False, ("--no-build", "--impure", "x y")),
    ],
)
def test_a_check_is_told_what_it_must_not_do_and_what_it_shall(
    plan: CheckPlan, version: NixVersion, is_built: bool, expected: tuple[str, ...]
) -> None:
    assert check_argv(Program(), plan, version, is_built=is_built) == ("nix", *ALWAYS, *CHECK, *expected)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (OLD, ("lock", *OVERRIDES, "--update-input", "a", "--update-input", "b")),
        (NEW, ("update", *OVERRIDES, "--", "a", "b")),
    ],
)
def test_what_is_locked_elsewhere_is_updated_too(version: NixVersion, expected: tuple[str, ...]) -> None:
    addresses = {"b": "github:o/b/2", "a": "github:o/a/1"}
    assert lock_argv(Program(), addresses, version) == ("nix", *ALWAYS, "flake", *expected)


def test_what_every_call_is_told_stands_before_what_one_is_told() -> None:
    program = Program(name="/opt/nix", arguments=("--offline",))
    assert update_argv(program, (), NEW) == ("/opt/nix", *ALWAYS, "--offline", "flake", "update")
    assert version_argv(program) == ("/opt/nix", "--version")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (CheckPlan(), True),
        (CheckPlan(is_every_system=True, memory=1, disk=1), True),
        (CheckPlan(is_evaluation_only=True), False),
        (CheckPlan(arguments=("--no-build",)), False),
        (CheckPlan(command=("nix-fast-build",)), False),
    ],
)
def test_only_a_check_that_builds_and_is_nixs_own_can_do_less(plan: CheckPlan, expected: bool) -> None:
    assert plan.can_evaluate_only is expected


@pytest.mark.parametrize("configured", ["", " \n", "accept-flake-config = true\n", "cores = 1"])
def test_a_nix_that_a_command_starts_is_told_the_same(configured: str) -> None:
    lines = configuring_variables({"NIX_CONFIG": configured})["NIX_CONFIG"].splitlines()
    assert lines[-2:] == ["extra-experimental-features = nix-command flakes", "accept-flake-config = false"]
    assert lines[:-2] == configured.split("\n")[: bool(configured.strip())]


@pytest.mark.parametrize(
    ("inherited", "token", "expected"),
    [
        ({}, None, {}),
        ({"NIX_CONFIG": "cores = 1"}, None, {}),
        ({}, Token("t"), {"NIX_CONFIG": "extra-access-tokens = h=t\n"}),
        ({"NIX_CONFIG": " \n"}, Token("t"), {"NIX_CONFIG": "extra-access-tokens = h=t\n"}),
        ({"NIX_CONFIG": "cores = 1\n"}, Token("t"), {"NIX_CONFIG": "cores = 1\nextra-access-tokens = h=t\n"}),
    ],
)
def test_what_nix_is_given_besides(inherited: dict[str, str], token: Token | None, expected: dict[str, str]) -> None:
    assert nix_variables(inherited, token, "h") == expected
