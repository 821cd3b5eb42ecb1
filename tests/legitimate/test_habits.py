"""What follows on people's habits is never refused, and clean once the world was asked: on every Nix that is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.policy.evidence import LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.verdict import Severity
from flakebot.rehearsal.folder import rehearsal_folder
from tests.attacks.estate import open_estate
from tests.legitimate.habits import HABITS, RELOCATING, Habit
from tests.legitimate.traced import traced

NIXES = ("nix", *map(str, sorted(Path(__file__).parents[2].glob(".nix/*/bin/nix"))))


@pytest.mark.parametrize("habit", [*HABITS, *RELOCATING], ids=lambda habit: habit.__name__)
@pytest.mark.parametrize("nix", NIXES)
def test_a_habit_is_no_attack(nix: str, habit: Habit, monkeypatch: pytest.MonkeyPatch) -> None:
    with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
        for name, value in estate.environment().items():
            monkeypatch.setenv(name, value)
        update = traced(habit(estate))
    assert update.step.new != update.step.old
    assert judge_lock(update.evidence, LockExpectation(), update.facts) == ()
    untraced = judge_lock(update.evidence, LockExpectation())
    assert any(found.severity is Severity.REFUSE for found in untraced) == (habit in RELOCATING), untraced
