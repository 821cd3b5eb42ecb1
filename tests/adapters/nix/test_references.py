"""Nix itself reads flake references as flakebot does, in each version that says how it reads them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from flakebot.policy.provenance.flakeref import is_same_asked
from flakebot.rehearsal.private_nix import PrivateNix
from tests.policy.references import READ

NIXES = {"system": "nix", **{suite: str(Path(f".nix/{suite}/bin/nix").resolve()) for suite in ("trixie", "sid")}}


@pytest.mark.parametrize("version", NIXES)
def test_nix_reads_references_alike(version: str, tmp_path: Path) -> None:
    if shutil.which(NIXES[version]) is None:
        pytest.skip("scripts/nix-versions puts it there")
    nix = PrivateNix.create(tmp_path / "nix", nix=NIXES[version])
    expression = f"map (builtins.parseFlakeRef or (_: null)) (builtins.fromJSON ''{json.dumps(list(READ))}'')"
    told = json.loads(
        subprocess.run(
            (nix.folder / "bin" / "nix", "eval", "--json", "--expr", expression),
            env=nix.environment() | {"HOME": str(tmp_path)},
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout
    )
    if None in told:
        pytest.skip("this Nix has no builtins.parseFlakeRef")
    different = {
        reference: one for reference, one in zip(READ, told, strict=True) if not is_same_asked(READ[reference], one)
    }
    assert different == {}
