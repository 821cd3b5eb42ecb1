"""The pins agree with pyproject.toml, are complete, and say nothing about where packages come from."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SETS = ("run", "rehearsal", "development")


def dependencies(root: Path, name: str) -> dict[str, Requirement]:
    """What pyproject.toml asks for in the named set, by canonical name."""
    document = tomllib.loads((root / "pyproject.toml").read_text())
    project, groups = document["project"], document["dependency-groups"]
    lines = list(project["dependencies"])
    if name != "run":
        lines += [*project["optional-dependencies"]["rehearsal"], *groups["build"]]
    if name == "development":
        lines += [line for line in groups["development"] if isinstance(line, str)]
    return {canonicalize_name(wanted.name): wanted for wanted in map(Requirement, lines)}


def entries(root: Path, name: str) -> tuple[str, ...]:
    """The entries of a requirements file, each on one line with its hashes."""
    text = (root / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    return tuple(line for line in text.splitlines() if not line.startswith("#"))


def pins(root: Path, name: str) -> dict[str, str]:
    """Canonical name → the one version that may be installed."""
    found: dict[str, str] = {}
    for entry in entries(root, name):
        pinned = Requirement(entry.partition("--hash")[0])
        (specifier,) = pinned.specifier
        assert specifier.operator == "==", entry
        found[canonicalize_name(pinned.name)] = specifier.version
    return found


@pytest.mark.parametrize("name", SETS)
def test_every_dependency_is_pinned_within_its_range(root: Path, name: str) -> None:
    pinned, wanted = pins(root, name), dependencies(root, name)
    assert wanted.keys() <= pinned.keys()
    assert [str(want) for key, want in wanted.items() if not want.specifier.contains(pinned[key])] == []


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_hashes_and_nothing_else(root: Path, name: str) -> None:
    for entry in entries(root, name):
        options = entry.split()[1:] if ";" not in entry else re.findall(r"--\S+", entry)
        assert options, entry
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option) for option in options), entry


@pytest.mark.parametrize("name", SETS)
def test_no_pin_says_where_it_comes_from(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text()
    assert re.findall(r"://|--(?:extra-)?index|--find-links|\s@\s", text) == []


def test_sets_grow_and_agree(root: Path) -> None:
    run, rehearsal, development = (pins(root, name).items() for name in SETS)
    assert run < rehearsal < development


@pytest.mark.slow
def test_locking_again_moves_no_pin_and_brings_back_a_lost_one(root: Path, checkout: Path) -> None:
    lost = checkout / "requirements" / "run.txt"
    lost.unlink()
    tools = str(Path(sys.executable).parent)
    subprocess.run((checkout / "scripts" / "lock",), env={**os.environ, "FLAKEBOT_TOOLS": tools}, check=True)
    assert {name: pins(checkout, name) for name in SETS} == {name: pins(root, name) for name in SETS}


def test_every_dependency_says_why(root: Path) -> None:
    text = (root / "pyproject.toml").read_text()
    lines = re.findall(r'^    "[A-Za-z][\w.-]*[<>=][^"]*",(.*)$', text, re.MULTILINE)
    assert len(lines) == len(dependencies(root, "development"))
    assert [line for line in lines if not re.fullmatch(r"\s+# .+", line)] == []


def test_build_backend_is_pinned_by_the_same_range(root: Path) -> None:
    document = tomllib.loads((root / "pyproject.toml").read_text())
    assert set(document["build-system"]["requires"]) <= set(document["dependency-groups"]["build"])


def imported_names(module: Path) -> set[str]:
    """The top-level names that a module imports, its own package and the standard library aside."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - {"flakebot"} - sys.stdlib_module_names


@pytest.mark.parametrize("name", ["run", "rehearsal"])
def test_every_import_is_a_declared_dependency(root: Path, name: str) -> None:
    """What another package happens to bring is not ours to import."""
    package, extra = root / "flakebot", root / "flakebot" / "rehearsal"
    modules = [module for module in package.rglob("*.py") if (extra in module.parents) == (name == "rehearsal")]
    imported = set[str]().union(*(imported_names(module) for module in modules))
    distributions = packages_distributions()
    undeclared = {
        entry
        for entry in imported
        if not {canonicalize_name(found) for found in distributions.get(entry, [])} & dependencies(root, name).keys()
    }
    assert modules
    assert undeclared == set()
