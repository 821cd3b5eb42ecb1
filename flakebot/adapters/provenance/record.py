"""What GitHub's record of the pushes to one branch proves by itself, without another question. No I/O.

GitHub writes the record, and only a push to that very branch of that very repository gets into it: a fork's does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from flakebot.adapters.github.shapes import AwareTime, FullSha

NO_COMMIT = "0" * 40
"""What a branch is said to have been at before it was made, and after it was deleted."""

_FORWARD = frozenset({"push", "pr_merge", "merge_queue_merge"})
"""The moves that lead on from where the branch stood; a kind that is not known here may be none."""


class Activity(Struct, frozen=True, kw_only=True):
    """One time that a ref moved; ``activity_type`` says how, as ``push`` or ``force_push``."""

    before: FullSha
    after: FullSha
    timestamp: AwareTime
    activity_type: str


def still_leads_to(moves: Iterable[Activity], tip: str, rev: str) -> bool:
    """Whether the moves of a branch, the latest first, prove that it leads to a revision from where it stands now.

    They do where they end at ``tip``, each began where the one before it ended, and all since the revision went
    forward. What was pushed away by force, or with the branch, is proven by nothing, and neither is anything that was
    recorded before such a move: whether it is still there has to be asked.
    """
    stands = tip
    for move in moves:
        if move.after != stands:
            return False
        if move.after == rev:
            return True
        if move.activity_type not in _FORWARD:
            return False
        stands = move.before
    return stands == rev
