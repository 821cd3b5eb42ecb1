"""A consumer of the action: the README's workflow in the seeded repository, run by nektos/act, a real runner."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

from flakebot.rehearsal.people import CONSUMER
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.world import BASE, World

USED = ("action.yml", "flakebot", "requirements", "scripts")
"""What of a checkout the action needs."""

_WORKFLOW = re.compile(r"^```yaml\n(name: update\n.*?)^```$", re.MULTILINE | re.DOTALL)
_USES = re.compile(r"uses: (?!actions/checkout@)(\S+?)@(\S+)")
_NOTHING = """\
name: nothing
description: Nix is here already
runs: {using: composite, steps: [{shell: bash, run: "nix --version"}]}
"""
_RECORDING = """\
      - if: always()
        env:
          STEPS: ${{ toJSON(steps) }}
        run: printf '%s' "$STEPS" >"$RECORD"
"""


class Ran(Struct, frozen=True, kw_only=True):
    """How a workflow ended: whether its job succeeded, what each step with an id left, and the runner's log."""

    is_green: bool
    steps: dict[str, dict[str, str]]
    log: str

    @property
    def outputs(self) -> dict[str, str]:
        """What the action left in the README's workflow."""
        return self.steps["flakebot"]


def readme_workflow(root: Path) -> str:
    """Return the workflow that README.md tells people to copy."""
    found = _WORKFLOW.search((root / "README.md").read_text(encoding="utf-8"))
    assert found is not None, "README.md has no workflow any more"
    return found[1]


def copy_action(root: Path, folder: Path) -> None:
    """Copy what the action needs, without what Python left behind."""
    folder.mkdir(parents=True)
    for name in USED:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(root / name, folder / name)


def download_wheels(root: Path, folder: Path) -> None:
    """Fetch what is pinned: the only network that a consumer's runner has is the stand-in's."""
    pins = root / "requirements" / "run.txt"
    options = ("-qq", "--no-deps", "--require-hashes", "--only-binary", ":all:")
    subprocess.run(
        (sys.executable, "-I", "-m", "pip", "download", *options, "--requirement", pins, "--dest", folder), check=True
    )


class Consumer(Struct, frozen=True, kw_only=True):
    """The seeded repository, its workflow, and a machine with a runner. ``wheels`` stands in for a package index."""

    world: World
    action: Path
    wheels: Path
    workflow: str

    def run(self, **inputs: str) -> Ran:
        """Check the repository out on a new machine and run its workflow, with further inputs for the action."""
        machine = Path(tempfile.mkdtemp(prefix="machine-", dir=self.world.folder))
        nix = PrivateNix.create(machine / "nix")
        workflow = self.workflow + "".join(f"          {name}: {value}\n" for name, value in inputs.items())
        self._settle(workflow + _RECORDING)
        environment = self.world.environment() | nix.environment() | {"TMPDIR": str(machine / "tmp")}
        (machine / "tmp").mkdir()
        self._check_out(machine / "checkout", environment)
        record, secrets = machine / "record.json", machine / "secrets.yml"
        secrets.write_text(json.dumps(self._secrets()))
        process = subprocess.run(
            self._argv(workflow, machine, secrets, record),
            cwd=machine / "checkout",
            env=environment | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        secrets.unlink()
        steps = json.loads(record.read_text()) if record.exists() else {}
        return Ran(
            is_green=process.returncode == 0,
            steps={name: step["outputs"] for name, step in steps.items() if not name.isdigit()},
            log=process.stdout,
        )

    def _settle(self, workflow: str) -> None:
        path, content = ".github/workflows/update.yml", workflow.encode()
        try:
            is_there = self.world.consumer.read(path) == content
        except KeyError:
            is_there = False
        if not is_there:
            self.world.consumer.commit({path: content}, "Update by flakebot")

    def _check_out(self, folder: Path, environment: dict[str, str]) -> None:
        address = f"https://github.com/{CONSUMER}.git"
        subprocess.run(("git", "clone", "--quiet", address, folder), env=environment, check=True)

    def _argv(self, workflow: str, machine: Path, secrets: Path, record: Path) -> tuple[str | Path, ...]:
        nothing = machine / "nothing"
        nothing.mkdir()
        (nothing / "action.yml").write_text(_NOTHING)
        own = {name: self.action if name.endswith("/flakebot") else nothing for name, _ in _USES.findall(workflow)}
        assert self.action in own.values(), "the workflow does not use flakebot"
        replaced = (f"--local-repository={name}@{ref}={own[name]}" for name, ref in _USES.findall(workflow))
        return (
            Path(sys.executable).with_name("act"),
            "workflow_dispatch",
            "--platform=ubuntu-latest=-self-hosted",
            f"--defaultbranch={BASE}",
            "--no-cache-server",
            f"--secret-file={secrets}",
            f"--env=RECORD={record}",
            *replaced,
        )

    def _secrets(self) -> dict[str, str]:
        """Return what the owner stored; a runner makes the job's token and calls it GITHUB_TOKEN."""
        secrets = self.world.secrets
        return {
            "GITHUB_TOKEN": secrets.job_token,
            "FLAKEBOT_AUTHOR_TOKEN": secrets.author_token,
            "FLAKEBOT_APPROVER_TOKEN": secrets.approver_token,
            "FLAKEBOT_GPG_PRIVATE_KEY": secrets.key.private.reveal(),
            "FLAKEBOT_GPG_PASSPHRASE": secrets.key.passphrase.reveal(),
        }


def files_holding(folder: Path, texts: tuple[str, ...]) -> list[str]:
    """Return the files below a folder that hold one of the texts; there must be files to search."""
    sought = [text.encode() for text in texts]
    searched = [Path(place) / name for place, _, names in os.walk(folder) for name in names]
    assert searched
    return [
        str(path)
        for path in searched
        if path.is_file() and not path.is_symlink() and any(text in path.read_bytes() for text in sought)
    ]
