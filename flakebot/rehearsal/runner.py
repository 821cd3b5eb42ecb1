"""A workflow runner's machine for one job: a fresh checkout, a Nix of its own, and files for what steps leave.

Never hands a secret to a step that was not given it, and drops the masks that a runner would swallow.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from urllib.parse import unquote

from msgspec import Struct

from flakebot.rehearsal.measured import Ended, run_measured
from flakebot.rehearsal.people import CONSUMER, OWNER
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.spans import Span
from flakebot.rehearsal.steps import Environment
from flakebot.rehearsal.tool import run_tool
from flakebot.rehearsal.world import BASE, World

PYTHON = (sys.executable, "-I")
"""How the steps start Python: nothing of the environment or of the checkout gets in, as in scripts/action-run."""

POLL_SECONDS = 1
"""What the seeded configuration says of ``poll``."""

_PAUSING = "] Waiting: "
_STEP_SECONDS = 900
_OUTPUT = re.compile(r"^(?P<name>[\w-]+)(?:=(?P<line>.*)|<<(?P<mark>.+)\n(?P<text>(?:.*\n)*?)(?P=mark))$", re.MULTILINE)
_ANNOTATION = re.compile(r"^::(?:error|warning|notice)(?: [^:\n]*)?::(.*)$", re.MULTILINE)
_UNFINISHED = {"waiting", "held"}
"""Outcomes whose reason is the point of a story, though nothing is wrong."""
_UNSHOWN = re.compile(r"^::(?:add-mask|group|endgroup)::.*\n?", re.MULTILINE)
"""Commands that a runner carries out and does not show: what is to be hidden, and what is folded."""


class StepEnd(Struct, frozen=True, kw_only=True):
    """How a step ended, with what it left in GITHUB_OUTPUT; ``logs`` holds its ``stdout`` and ``stderr``.

    ``nix_spans`` is when Nix ran in its time, ``slept_seconds`` the pauses that it announced.
    """

    command: str
    ended: Ended
    nix_spans: tuple[Span, ...]
    slept_seconds: float
    outputs: dict[str, str]
    logs: Path

    @property
    def outcome(self) -> str:
        """The command's own word for its end."""
        return self.outputs.get("outcome", "failed")

    @property
    def points(self) -> tuple[str, ...]:
        """What a person should read of it, a line each: what it put up on the run's page, else what it waits for.

        Its own last sentence says what it waits for, and what it left to a person.
        """
        said = (self.logs / "stderr").read_text(errors="replace")
        found = tuple(unquote(text).splitlines()[0] for text in _ANNOTATION.findall(said))
        return found or (tuple(said.splitlines()[-1:]) if self._is_left_to_others else ())

    @property
    def _is_left_to_others(self) -> bool:
        left = (self.outputs.get("held", "0"), self.outputs.get("held-pull-request-numbers", ""))
        return self.outcome in _UNFINISHED or any(number not in {"", "0"} for number in left)


@dataclass(slots=True, kw_only=True)
class Runner:
    """One machine, below a folder of its own. ``outputs`` collects what the steps have left so far."""

    folder: Path
    world: World
    nix: PrivateNix
    python: tuple[str, ...]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path, world: World, python: tuple[str, ...] = PYTHON) -> Runner:
        """Set up the machine and check the repository out, as actions/checkout does without its credentials."""
        (folder / "temp").mkdir(parents=True)
        world.github.limits.change_address()
        runner = cls(folder=folder, world=world, nix=PrivateNix.create(folder / "nix"), python=python)
        clone = ("git", "clone", "--quiet", "--depth=1", f"--branch={BASE}", f"https://github.com/{CONSUMER}.git")
        environment = world.environment() | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        run_tool(*clone, str(runner.workspace), cwd=folder, environment=environment)
        return runner

    @property
    def workspace(self) -> Path:
        """The checkout."""
        return self.folder / "workspace"

    def run(self, command: str, own: Environment) -> StepEnd:
        """Run one command as the step of that name would, in a process of its own."""
        logs = _unused(self.folder, command)
        files = {"GITHUB_OUTPUT": logs / "output", "GITHUB_STEP_SUMMARY": logs / "summary.md"}
        logs.mkdir()
        for path in files.values():
            path.touch()
        before = len(self.nix.spans())
        ended = run_measured(
            (*self.python, "-m", "flakebot", command),
            cwd=self.workspace,
            environment=self._environment() | {name: str(path) for name, path in files.items()} | own,
            logs=logs,
            limit=_STEP_SECONDS,
        )
        for name in ("stdout", "stderr"):
            _swallow_commands(logs / name)
        outputs = read_outputs(files["GITHUB_OUTPUT"].read_text()) | {"exit-code": str(ended.code)}
        self.outputs[command] = outputs
        return StepEnd(
            command=command,
            ended=ended,
            nix_spans=self.nix.spans()[before:],
            slept_seconds=(logs / "stderr").read_text(errors="replace").count(_PAUSING) * POLL_SECONDS,
            outputs=outputs,
            logs=logs,
        )

    def _environment(self) -> Environment:
        """Return what a runner and action.yml give to every step; nothing in it is secret."""
        temporary = self.folder / "temp"
        return {
            **self.world.environment(),
            **self.nix.environment(),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": OWNER,
            "GITHUB_API_URL": "https://api.github.com",
            "GITHUB_EVENT_NAME": "schedule",
            "GITHUB_REF": f"refs/heads/{BASE}",
            "GITHUB_REPOSITORY": str(CONSUMER),
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(temporary),
            "FLAKEBOT_BASE_BRANCH": BASE,
            "FLAKEBOT_CANDIDATE": str(temporary / "flakebot-candidate"),
        }


def read_outputs(text: str) -> dict[str, str]:
    """Read a GITHUB_OUTPUT file: ``name=value`` and ``name<<mark`` up to the mark."""
    found = _OUTPUT.finditer(text)
    return {match["name"]: match["line"] if match["mark"] is None else match["text"][:-1] for match in found}


def _unused(folder: Path, name: str) -> Path:
    """Return where a step's files go: a command that runs again gets a folder of its own."""
    numbered = (folder / f"{name}-{number}" for number in count(2))
    return next(path for path in chain([folder / name], numbered) if not path.exists())


def _swallow_commands(log: Path) -> None:
    log.write_text(_UNSHOWN.sub("", log.read_text(errors="replace")))
