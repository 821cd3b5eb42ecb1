"""The figures, taken from whole processes wherever a user waits for one. Prints nothing."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from flakebot.errors import UnavailableError
from flakebot.lock.compose import compose, moved
from flakebot.rehearsal.benchmark.locks import generated_lock
from flakebot.rehearsal.measured import Ended, run_measured

Figures = Mapping[str, float | None]

_LIMIT = 600.0
_PACE = """
import gc, json
gc.disable()
for _ in range(3):
    json.loads(json.dumps({f"n{i}": {"a": str(i), "b": [i, {"c": i}]} for i in range(12_000)}, sort_keys=True))
"""
_INSTALL = Path(__file__).parents[3] / "scripts" / "action-install"


class Bench(Struct, frozen=True, kw_only=True):
    """Where processes run and how often; of several runs the least counts, for other work only adds to it."""

    folder: Path
    rounds: int

    def help_figures(self) -> Figures:
        """Return how long ``flakebot --help`` takes."""
        return _figures([self._flakebot("--help") for _ in range(self.rounds)])

    def pace_figures(self) -> Figures:
        """Return how long a piece of work takes that never changes: by it a busy machine is known."""
        return _figures([self._run((sys.executable, "-I", "-c", _PACE), os.environ) for _ in range(self.rounds)])

    def diff_figures(self, nodes: int) -> Figures:
        """Return how long ``flakebot diff`` takes on two locks with so many inputs."""
        old, new = self.folder / f"{nodes}.old", self.folder / f"{nodes}.new"
        old.write_bytes(generated_lock(nodes, generation=1))
        new.write_bytes(generated_lock(nodes, generation=2))
        return _figures([self._flakebot("diff", str(old), str(new), "--json") for _ in range(self.rounds)])

    def compose_figures(self, nodes: int) -> Figures:
        """Return how long it takes to compose the lock in which half of so many inputs moved, both locks read."""
        old, new = generated_lock(nodes, generation=1), generated_lock(nodes, generation=2)
        chosen = moved(old, new)[::2]
        return {"seconds": round(min(_seconds(old, new, chosen) for _ in range(self.rounds)), 3)}

    def install_figures(self) -> Figures | None:
        """Return how long the action's installation takes at first and again; None outside a checkout."""
        if not _INSTALL.exists():
            return None
        output = self.folder / "output"
        with tempfile.TemporaryDirectory(dir=self.folder) as temporary:
            given = {"RUNNER_TEMP": temporary, "GITHUB_OUTPUT": str(output), "ACTION_COMMAND": "run"}
            environment = os.environ | given
            first, again = (self._run((str(_INSTALL),), environment).seconds for _ in range(2))
        return {"seconds": round(first, 3), "again_seconds": round(again, 3)}

    def _flakebot(self, *arguments: str) -> Ended:
        return self._run((sys.executable, "-I", "-m", "flakebot", *arguments), os.environ)

    def _run(self, argv: tuple[str, ...], environment: Mapping[str, str]) -> Ended:
        with tempfile.TemporaryDirectory(dir=self.folder) as logs:
            ended = run_measured(argv, cwd=self.folder, environment=environment, logs=Path(logs), limit=_LIMIT)
            if ended.code:
                said = (Path(logs) / "stderr").read_text(errors="replace").strip()
                raise UnavailableError(f"{' '.join(argv)} ended with {ended.code}: {said}")
        return ended


def _seconds(old: bytes, new: bytes, chosen: tuple[str, ...]) -> float:
    """Return the time that the processor worked on it."""
    started = time.process_time()
    compose(old, new, chosen)
    return time.process_time() - started


def _figures(ends: list[Ended]) -> Figures:
    peaks = [ended.peak_kib for ended in ends if ended.peak_kib is not None]
    return {
        "seconds": round(min(ended.seconds for ended in ends), 3),
        "cpu_seconds": round(min(ended.cpu_seconds for ended in ends), 3),
        "peak_mb": round(max(peaks) / 1024, 1) if peaks else None,
    }


_IMPORT = re.compile(r"^import time:\s+(\d+) \|", re.MULTILINE)


def import_seconds(log: str) -> float:
    """Return what ``python -X importtime`` says that all imports took together."""
    return round(sum(map(int, _IMPORT.findall(log))) / 1e6, 3)
