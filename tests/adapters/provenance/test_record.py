"""What the record of a branch's pushes proves, and what has to be asked all the same: a row a story of the branch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flakebot.adapters.provenance.record import NO_COMMIT, Activity, still_leads_to
from flakebot.model import Sha


def story(*moves: tuple[str, str, str]) -> tuple[Activity, ...]:
    """Return moves, told with the first one first: from where, to where, of which kind."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    told = (
        Activity(before=_sha(before), after=_sha(after), timestamp=when, activity_type=kind)
        for before, after, kind in moves
    )
    return tuple(reversed(tuple(told)))


def _sha(name: str) -> Sha:
    return Sha(name * 40 if name else NO_COMMIT)


STORIES = {
    "a push, which is the tip": (story(("a", "b", "push")), "b", True),
    "a push, and others after it": (
        story(("a", "b", "push"), ("b", "c", "pr_merge"), ("c", "d", "merge_queue_merge")),
        "b",
        True,
    ),
    "where the branch stood before the record": (story(("b", "c", "push")), "b", True),
    "where a forced push led": (story(("a", "b", "force_push"), ("b", "c", "push")), "b", True),
    "where the branch began": (story(("", "b", "branch_creation"), ("b", "c", "push")), "b", True),
    "pushed away by force": (story(("a", "b", "push"), ("b", "c", "force_push")), "b", False),
    "pushed away by force, before another push": (
        story(("a", "b", "push"), ("b", "c", "force_push"), ("c", "d", "push")),
        "b",
        False,
    ),
    "gone with the branch": (
        story(("a", "b", "push"), ("b", "", "branch_deletion"), ("", "c", "branch_creation")),
        "b",
        False,
    ),
    "before a move of a kind that is not known": (story(("a", "b", "push"), ("b", "c", "rebase")), "b", False),
    "before a move that is not recorded": (story(("a", "b", "push"), ("c", "d", "push")), "b", False),
    "before a move that is not recorded yet": (story(("a", "b", "push")), "a", None),
    "never there": (story(("a", "b", "push"), ("b", "c", "push")), "f", False),
    "nothing is recorded": ((), "b", False),
}


@pytest.mark.parametrize(("moves", "rev", "proven"), STORIES.values(), ids=STORIES.keys())
def test_a_record_proves(moves: tuple[Activity, ...], rev: str, proven: bool | None) -> None:
    tip = moves[0].after if moves and proven is not None else _sha("e")
    assert still_leads_to(moves, tip, _sha(rev)) is bool(proven)
