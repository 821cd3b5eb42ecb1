"""The figures of scripts/bench are taken from what they say; how high they may be, test_limits decides."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from flakebot.errors import UnavailableError
from flakebot.lock.document import parse
from flakebot.rehearsal.benchmark.figures import Bench, import_seconds
from flakebot.rehearsal.benchmark.locks import generated_lock
from flakebot.rehearsal.benchmark.rehearsals import update_figures
from flakebot.rehearsal.github import RecordedRequest
from flakebot.rehearsal.measured import Ended
from flakebot.rehearsal.playing import Played
from flakebot.rehearsal.private_nix import PrivateNix
from flakebot.rehearsal.report import COMMANDS, Spent, spent
from flakebot.rehearsal.runner import StepEnd
from flakebot.rehearsal.spans import Span, covered

NIX = "curl/8.0 Nix/2.34"


@pytest.mark.parametrize("nodes", [1, 10, 11, 500])
def test_a_generated_lock_is_one_and_has_so_many_inputs(nodes: int) -> None:
    document = parse(generated_lock(nodes, generation=1))
    assert len(document.nodes) == nodes + 1


def test_the_difference_of_two_generations_is_measured(tmp_path: Path) -> None:
    figures = Bench(folder=tmp_path, rounds=1).diff_figures(20)
    assert figures["seconds"]
    assert figures["cpu_seconds"]
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
    one, other = Spent(total=5.0, others=1.5, sleep=2.0), Spent(total=1.0, others=0.25)
    assert (one + other).own == pytest.approx(2.25)
    assert Spent(total=1.0, others=2.0).own == 0.0


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ((), 0.0),
        (((1, 3),), 2.0),
        (((1, 3), (3, 4)), 3.0),
        (((5, 6), (1, 3)), 3.0),
        (((1, 4), (2, 6)), 5.0),
        (((1, 9), (2, 3), (4, 5), (8, 10)), 9.0),
    ],
)
def test_what_ran_side_by_side_took_its_time_once(spans: tuple[tuple[float, float], ...], seconds: float) -> None:
    assert covered(Span(started=started, ended=ended) for started, ended in spans) == seconds


def test_a_step_is_charged_once_for_what_nix_and_the_server_did_at_one_moment(tmp_path: Path) -> None:
    nix = (Span(started=10.0, ended=14.0), Span(started=11.0, ended=13.0))
    end = StepEnd(
        command="approve",
        ended=Ended(code=0, seconds=10.0, cpu_seconds=1.0, own_cpu_seconds=1.0, peak_kib=None),
        nix_spans=nix,
        slept_seconds=2,
        outputs={},
        logs=tmp_path,
    )
    requests = (_request(start=13.0, duration=2.0), _request(start=13.5, duration=0.5), _request(start=10.0, agent=NIX))
    found = spent(Played(run=1, end=end, requests=requests, waits=(Span(started=14.5, ended=16.0),)))
    assert (found.nix, found.server, found.others, found.own) == (4.0, 3.0, 6.0, 2.0)


def test_the_round_that_took_least_of_our_own_time_counts_with_the_median_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = iter([_round(tmp_path, own=5, nix=0), _round(tmp_path, own=1, nix=7), _round(tmp_path, own=2, nix=1)])
    monkeypatch.setattr("flakebot.rehearsal.benchmark.rehearsals._steps", lambda: next(rounds))
    monkeypatch.setattr("flakebot.rehearsal.benchmark.rehearsals._imports", lambda: dict.fromkeys(COMMANDS, 0.5))
    figures = update_figures(3)
    count = len(COMMANDS)
    assert (figures.whole["own_s"], figures.whole["own_median_s"]) == (count * 1.0, count * 2.0)
    assert (figures.whole["total_s"], figures.whole["nix_s"]) == (count * 8.0, count * 7.0)
    assert figures.commands.keys() == set(COMMANDS)
    assert all(one["own_s"] == 1.0 and one["import_s"] == 0.5 for one in figures.commands.values())


def _round(logs: Path, *, own: float, nix: float) -> tuple[Played, ...]:
    """Return four commands, each of which took this long of our own time and waited for Nix that long."""
    ended = Ended(code=0, seconds=own + nix, cpu_seconds=own, own_cpu_seconds=own, peak_kib=1024)
    spans = (Span(started=0.0, ended=float(nix)),)
    return tuple(
        Played(
            run=1,
            end=StepEnd(command=command, ended=ended, nix_spans=spans, slept_seconds=0, outputs={}, logs=logs),
            requests=(),
            waits=(),
        )
        for command in COMMANDS
    )


def test_nix_is_recorded_with_when_it_ran(tmp_path: Path) -> None:
    sleeping = tmp_path / "sleeping"
    sleeping.write_text("#!/bin/sh\nexec sleep 1\n")
    sleeping.chmod(0o755)
    nix = PrivateNix.create(tmp_path / "nix", nix=str(sleeping))
    both = [subprocess.Popen((str(tmp_path / "nix" / "bin" / "nix"),)) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    one, other = nix.spans()
    assert min(one.ended, other.ended) > max(one.started, other.started)
    assert covered(nix.spans()) < sum(span.ended - span.started for span in nix.spans())
    assert min(span.ended - span.started for span in nix.spans()) >= 1


def _request(*, start: float, duration: float = 1.0, agent: str = "flakebot/1") -> RecordedRequest:
    return RecordedRequest(
        step="1 approve",
        method="GET",
        host="api.github.com",
        path="/",
        query="",
        user_agent=agent,
        port=1,
        account=None,
        status=200,
        start=start,
        duration=duration,
    )
