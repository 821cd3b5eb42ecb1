"""The figures of scripts/bench are taken from what they say; how high they may be, no test decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.errors import UnavailableError
from flakebot.lock.document import parse
from flakebot.rehearsal.benchmark.figures import Bench, import_seconds
from flakebot.rehearsal.benchmark.locks import generated_lock
from flakebot.rehearsal.report import Spent


@pytest.mark.parametrize("nodes", [1, 10, 11, 500])
def test_a_generated_lock_is_one_and_has_so_many_inputs(nodes: int) -> None:
    document = parse(generated_lock(nodes, generation=1))
    assert len(document.nodes) == nodes + 1


def test_the_difference_of_two_generations_is_measured(tmp_path: Path) -> None:
    figures = Bench(folder=tmp_path, rounds=1).diff_figures(20)
    assert figures["seconds"]
    assert generated_lock(20, generation=1) != generated_lock(20, generation=2)


def test_composing_is_measured(tmp_path: Path) -> None:
    assert Bench(folder=tmp_path, rounds=1).compose_figures(500)["seconds"]


def test_a_program_that_fails_is_no_figure(tmp_path: Path) -> None:
    bench = Bench(folder=tmp_path / "gone", rounds=1)
    with pytest.raises((UnavailableError, FileNotFoundError)):
        bench.help_figures()


def test_the_imports_are_added_up() -> None:
    log = "import time: self [us] | cumulative | imported package\nimport time:   1500 |  9999 |   json\n"
    assert import_seconds(log + "import time:    500 |   500 | re\n") == 0.002


def test_own_time_is_what_nobody_else_took() -> None:
    one, other = Spent(total=5.0, nix=1.0, server=0.5, sleep=2.0), Spent(total=1.0, nix=0.25)
    assert (one + other).own == pytest.approx(2.25)
    assert Spent(total=1.0, nix=2.0).own == 0.0
