"""The rule about who moved the pull request's branch, by GitHub's own record. No I/O.

A commit says of its maker what its maker likes; only GitHub knows whose token brought it to the branch.
"""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.lock.wording import shown
from flakebot.model import Push
from flakebot.policy.cases import ChecksCase
from flakebot.policy.identity import is_same_login
from flakebot.policy.rule import Objection, Rule, refuse, wait

_NOTHING = "0" * 40


def _pushes(case: ChecksCase) -> Iterator[Objection]:
    moves = tuple(_since_it_was_made(case.evidence.pushes))
    if not moves or moves[0].after != case.head:
        said = f"GitHub's record of pushes does not show yet how the branch came to {case.head[:7]}"
        yield wait(said, "Judge again in a minute: the record may be late.")
    for move in moves:
        if not is_same_login(move.pusher, case.expectation.author):
            pusher = "nobody that GitHub knows" if move.pusher is None else shown(move.pusher)
            said = f"{pusher} moved the branch to {move.after[:7]}, expected {shown(case.expectation.author)} alone"
            yield refuse(said, "Find out why; then delete the branch and let flakebot propose again.")


def _since_it_was_made(pushes: tuple[Push, ...]) -> Iterator[Push]:
    """Yield the moves of the branch as it stands, newest first; before it was made, it was another one."""
    for move in pushes:
        if move.after == _NOTHING:
            return
        yield move
        if move.before == _NOTHING:
            return


PUSHES = (
    Rule(
        name="identity-pushes",
        purpose="Nobody but the author has moved the branch since it was made, by GitHub's record of pushes.",
        objections=_pushes,
    ),
)
