"""``python -m flakebot.rehearsal.benchmark``, behind scripts/bench: take the figures and print them as JSON."""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from pathlib import Path

from flakebot.errors import FlakebotError
from flakebot.rehearsal.benchmark.figures import Bench
from flakebot.rehearsal.benchmark.rehearsals import update_figures

ROUNDS = 5
FEW, MANY = 5_000, 50_000


def main() -> int:
    """Print the document and return the exit code."""
    try:
        document = _document()
    except FlakebotError as error:
        sys.stderr.write(f"bench: {error} {error.advice}\n")
        return error.exit_code
    sys.stdout.write(f"{json.dumps(document, indent=2)}\n")
    return 0


def _document() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(folder=Path(folder), rounds=ROUNDS)
        started, few, many = bench.help_figures(), bench.diff_figures(FEW), bench.diff_figures(MANY)
        composed, pace = bench.compose_figures(FEW), bench.pace_figures()
        installed = bench.install_figures()
    update = update_figures(ROUNDS)
    return {
        "schema": 1,
        "command": "bench",
        "python": platform.python_version(),
        "rounds": ROUNDS,
        "pace": pace,
        "update": update.whole,
        "commands": update.commands,
        "help": started,
        "diff": {str(FEW): few, str(MANY): many, "ratio": _ratio(few["seconds"], many["seconds"])},
        "compose": {str(FEW): composed},
        "action_install": installed,
    }


def _ratio(few: float | None, many: float | None) -> float | None:
    return round(many / few, 1) if few and many else None


raise SystemExit(main())
