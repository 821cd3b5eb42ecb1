"""What stays, what stays with it, and that nothing else than what was chosen is ever locked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flakebot.choosing.decision import NO_REFS
from flakebot.commands.choosing import Choosing, choices_with
from flakebot.errors import RefusedError
from flakebot.lock.compose import compose
from flakebot.model.tips import Tip, TipsAnswer
from tests.commands.fakes import FakeClock
from tests.commands.updating import FakeNix, SamePast
from tests.lock.samples import rev
from tests.lock.trees import tree

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
AGES = (("a", 7 * DAY),)
LOCKED_IS_NEWEST = "its newest revision that is 7 days old is the locked one"


def choosing(nix: FakeNix, answer: TipsAnswer) -> Choosing:
    return Choosing(
        min_age=AGES, tips=SamePast(answer=answer), nix=nix, now=NOW, limit=timedelta(minutes=1), echo=print
    )


def young(number: int) -> Tip:
    return Tip(rev=rev(number), when=NOW - DAY)


@dataclass(slots=True, kw_only=True)
class StubbornNix(FakeNix):
    """Nix that locks the same revision, whatever it is told."""

    rev: str = field(default=rev(9))

    def lock_at(self, flake: Path, addresses: object, *, limit: timedelta, progress: object) -> bytes:
        locked = json.loads((flake / "flake.lock").read_bytes())
        locked["nodes"]["a"]["locked"]["rev"] = self.rev
        return json.dumps(locked).encode()


@pytest.fixture
def nix() -> FakeNix:
    return FakeNix(news={}, rules={}, clock=FakeClock())


def test_only_what_is_too_young_stays(nix: FakeNix, tmp_path: Path) -> None:
    old, new = tree(a=1, b=1, c=1), tree(a=2, b=2, c=1)
    chosen = choosing(nix, (young(2),)).choose(tmp_path, old, new)
    assert chosen.lock == compose(old, new, {"b"}) == tree(a=1, b=2, c=1)
    assert [(stayed.input, stayed.why) for stayed in chosen.stayed] == [("a", LOCKED_IS_NEWEST)]


def test_what_moves_only_together_with_it_stays_too(nix: FakeNix, tmp_path: Path) -> None:
    old, new = tree(a=(1, {"x": ["b", "x"]}), b=(1, {"x": 1}), c=1), tree(a=2, b=2, c=2)
    chosen = choosing(nix, (young(2),)).choose(tmp_path, old, new)
    assert chosen.lock == compose(old, new, {"c"})
    why = {stayed.input: stayed.why for stayed in chosen.stayed}
    assert why == {"a": LOCKED_IS_NEWEST, "b": "it moves only together with a"}


def test_what_has_no_age_to_reach_is_left_to_nix(nix: FakeNix, tmp_path: Path) -> None:
    old, new = tree(b=1), tree(b=2)
    chosen = choosing(nix, NO_REFS).choose(tmp_path, old, new)
    assert (chosen.lock, chosen.tips, chosen.stayed) == (new, {}, ())


def test_another_revision_than_the_chosen_one_is_refused(tmp_path: Path) -> None:
    old, new = tree(a=1), tree(a=3)
    (tmp_path / "flake.lock").write_bytes(new)
    past = (young(3), Tip(rev=rev(2), when=NOW - 8 * DAY, is_ahead=True))
    stubborn = StubbornNix(news={}, rules={}, clock=FakeClock())
    with pytest.raises(RefusedError, match=f'"a" is locked to "{rev(9)}", expected "{rev(2)}"'):
        choosing(stubborn, past).choose(tmp_path, old, new)


def test_a_choice_is_of_the_day_when_it_was_the_tip_unless_something_else_is_locked() -> None:
    tips = {"a": Tip(rev=rev(2), when=NOW - 8 * DAY)}
    found = [
        choices_with(tips, tree(a=1, b=1), new, seen_at=NOW, min_age=(("a", 7 * DAY),))
        for new in (tree(a=2, b=2), tree(a=3, b=1))
    ]
    seen = [[(choice.input, choice.seen_at, choice.min_age) for choice in choices] for choices in found]
    assert seen == [[("a", NOW - 8 * DAY, 7 * DAY), ("b", NOW, None)], [("a", NOW, None)]]
