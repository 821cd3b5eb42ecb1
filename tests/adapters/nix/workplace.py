"""A flake, and a Nix with a store of its own to try it with."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from flakebot.adapters.git import open_checkout
from flakebot.adapters.nix import CheckPlan, NixCommand
from flakebot.model import CheckReport, Sha
from tests.adapters.workshop import commit_files

ROOT = Path(__file__).parents[3]
NIXES = {"system": None} | {folder.name: folder / "bin" for folder in sorted(ROOT.glob(".nix/*")) if folder.is_dir()}
"""The ``nix`` on PATH, and the versions that ``scripts/nix-versions`` brings."""

MINUTE = timedelta(minutes=1)
DERIVATION = 'derivation {{ name = "t"; system = "{system}"; builder = "/bin/sh"; args = ["-c" {script}]; {more} }}'
SYSTEM = f"{os.uname().machine}-linux"


class Workplace(Struct, frozen=True, kw_only=True):
    """A flake with one input, in a checkout; an empty folder to export it to; Nix with a store of its own."""

    folder: Path
    nix: NixCommand

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def scratch(self) -> Path:
        return self.folder / "scratch"

    def write_input(self, value: str) -> None:
        (self.folder / "input").mkdir(exist_ok=True)
        (self.folder / "input" / "flake.nix").write_text(f"{{ outputs = _: {{ value = {value}; }}; }}")

    def write_flake(self, script: str, *, more: str = "", below: str = ".", header: str = "") -> Sha:
        check = DERIVATION.format(system=SYSTEM, script=f"''{script}''", more=more)
        flake = f"""{{
          {header}
          inputs.a.url = "path:{self.folder}/input";
          outputs = {{ self, a }}: {{ checks.{SYSTEM}.t = {check}; }};
        }}"""
        return Sha(commit_files(self.checkout, {f"{below}/flake.nix": flake}))

    def export(self, commit: Sha) -> None:
        open_checkout(self.checkout).export(commit, self.scratch)

    def update(self, told: list[str] | None = None) -> bytes:
        lines = [] if told is None else told
        lock = self.nix.update(self.scratch, limit=MINUTE, progress=lines.append).lock
        assert lock is not None
        return lock

    def record(self) -> Sha:
        return open_checkout(self.checkout).record(self.scratch, ("flake.lock",))

    def prepare(self, output: str, *, system: str = SYSTEM) -> None:
        """Export and lock a flake whose check ``t`` is that expression."""
        flake = f"""{{ inputs.a.url = "path:{self.folder}/input";
          outputs = {{ self, a }}: {{ checks.{system}.t = {output}; }}; }}"""
        self.export(Sha(commit_files(self.checkout, {"flake.nix": flake})))
        self.update()
        self.record()

    def check(self, plan: CheckPlan | None = None, *, is_built: bool = True) -> CheckReport:
        nix = NixCommand(plan=plan or CheckPlan())
        return nix.check(self.scratch, is_built=is_built, limit=MINUTE, progress=print)
