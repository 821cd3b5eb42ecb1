"""The pull request's body: what moved, what Nix said, how the check ended. Values in, text out. No I/O."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Iterator

from msgspec import Struct

from flakebot.model import Attempt, Candidate, CheckOutcome
from flakebot.text.ages import age_rows
from flakebot.text.attempts import attempt_rows
from flakebot.text.graph import input_graph
from flakebot.text.moves import Move, moves_in, span
from flakebot.text.render import render

BODY_LIMIT = 65_536
"""GitHub's limit of a body, in characters (docs: "Body is too long (maximum is 65536 characters)")."""

_MARKER = re.compile(r"<!-- flakebot:proposal [0-9a-f]{64} -->")
_ROW_COUNTS = (150, 20, 0)
_LONGEST_COMMAND = 500
_MOST_STAYED = 60
_MOST_AGES = 60
_MOST_GRAPHS = 3
_LOG_SHARES = ((20_000, 8_000), (6_000, 2_000), (1_000, 500), (0, 0))
"""How many characters of the check's and of Nix's output to show, until the body fits."""


class _Room(Struct, frozen=True, kw_only=True):
    """How much of what there is to show; without rows there is no drawing and no list either."""

    rows: int
    check_log: int
    update_log: int


def pull_request_body(
    candidate: Candidate,
    *,
    server: str,
    run: str,
    branch_of: Callable[[str], str],
    attempts: tuple[Attempt, ...] = (),
) -> str:
    """Return the body, never longer than GitHub allows: first the logs give way, then the rows.

    ``branch_of`` returns the branch of a candidate by its name. ``attempts`` are those of its whole update; the body
    shows what a search tried in the candidate's flakes.
    """
    moves = moves_in(candidate)
    bodies = (
        _body(
            candidate,
            moves,
            attempts,
            _Room(rows=rows, check_log=check_log, update_log=update_log),
            server=server,
            run=run,
            branch_of=branch_of,
        )
        for rows in _ROW_COUNTS
        for check_log, update_log in _LOG_SHARES
    )
    return next(body for body in bodies if len(body) <= BODY_LIMIT)


def is_same_proposal(one: str, other: str) -> bool:
    """Whether two bodies speak of the same base, lock and result of the check."""
    found, expected = _MARKER.findall(one)[-1:], _MARKER.findall(other)[-1:]  # the last is ours: foreign text is above
    return found == expected != []


def without_marker(body: str) -> str:
    """Return the body of a pull request that the bot closes: it is no proposal any more that a person could decline."""
    return _MARKER.sub("", body).rstrip() + "\n"


def _body(
    candidate: Candidate,
    moves: tuple[Move, ...],
    attempts: tuple[Attempt, ...],
    room: _Room,
    *,
    server: str,
    run: str,
    branch_of: Callable[[str], str],
) -> str:
    return render(
        "pull_request.md.j2",
        candidate=candidate,
        moves=moves[: room.rows],
        more=len(moves) - len(moves[: room.rows]),
        is_broken=candidate.check.outcome in {CheckOutcome.FAILED, CheckOutcome.TIMED_OUT},
        is_checked=candidate.check.outcome is not CheckOutcome.SKIPPED,
        command=shlex.join(candidate.check.command)[:_LONGEST_COMMAND],
        duration=span(candidate.check.duration),
        sums=[(lock.path, hashlib.sha256(lock.new).hexdigest()) for lock in candidate.locks],
        marker=_marker(candidate),
        check_log=room.check_log,
        update_log=room.update_log,
        server=server,
        run=run,
        branch_of=branch_of,
        **(_lists(candidate, attempts) if room.rows else dict.fromkeys(("ages", "stayed", "attempts", "graphs"), ())),
    )


def _lists(candidate: Candidate, attempts: tuple[Attempt, ...]) -> dict[str, object]:
    folders = {lock.path.rpartition("/")[0] or "." for lock in candidate.locks}
    own = tuple(attempt for attempt in attempts if attempt.directory in folders)
    return {
        "ages": age_rows(candidate)[:_MOST_AGES],
        "stayed": candidate.stayed[:_MOST_STAYED],
        "attempts": attempt_rows(own) if candidate.held or candidate.stayed else (),
        "graphs": tuple(_graphs(candidate))[:_MOST_GRAPHS],
    }


def _graphs(candidate: Candidate) -> Iterator[tuple[str, str]]:
    """Yield a flake's folder and the drawing of its inputs, for each lock of which one tells anything."""
    for lock in candidate.locks:
        if graph := input_graph(lock):
            yield lock.path.rpartition("/")[0] or ".", graph


def _marker(candidate: Candidate) -> str:
    locks = (f"{lock.path} {hashlib.sha256(lock.new).hexdigest()}" for lock in candidate.locks)
    facts = (candidate.base, candidate.tree, candidate.check.outcome.value, candidate.held, *locks)
    digest = hashlib.sha256("\0".join(facts).encode()).hexdigest()
    return f"<!-- flakebot:proposal {digest} -->"
