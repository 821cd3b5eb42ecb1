"""The other versions of Nix that flakebot supports run beside the system's own."""

import os
import subprocess
from pathlib import Path

import pytest

EXPRESSION = (
    'derivation { name = "t"; system = builtins.currentSystem; builder = "/bin/sh"; args = ["-c" "echo ok > $out"]; }'
)


def private_store(folder: Path) -> dict[str, str]:
    """The environment of a Nix that keeps everything below the folder and asks nobody."""
    places = {
        name: str(folder / name.lower())
        for name in ("NIX_STORE_DIR", "NIX_STATE_DIR", "NIX_LOG_DIR", "NIX_CONF_DIR", "XDG_CACHE_HOME", "HOME")
    }
    configuration = (
        "experimental-features = nix-command flakes",
        "substituters =",
        "build-users-group =",
        "sandbox = false",
    )
    return {"PATH": os.environ["PATH"], **places, "NIX_CONFIG": "\n".join(configuration)}


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "version"), [("trixie", "2.26."), ("sid", "2.34.")])
def test_nix_of_another_debian_builds(root: Path, tmp_path: Path, suite: str, version: str) -> None:
    listed = subprocess.run((root / "scripts" / "nix-versions",), check=True, capture_output=True, text=True).stdout
    (nix,) = (path for name, _, path in (line.split("\t") for line in listed.splitlines()) if name == suite)
    said = subprocess.run((nix, "--version"), check=True, capture_output=True, text=True).stdout
    built = subprocess.run(
        (nix, "build", "--impure", "--no-link", "--print-out-paths", "--expr", EXPRESSION),
        env=private_store(tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.startswith(f"nix (Nix) {version}")
    assert Path(built.stdout.strip()).read_text() == "ok\n"


@pytest.mark.slow
def test_a_second_run_downloads_nothing(root: Path) -> None:
    script = (root / "scripts" / "nix-versions",)
    subprocess.run(script, check=True, capture_output=True)
    assert subprocess.run(script, check=True, capture_output=True, text=True).stderr == ""
