"""Ask a git server for the first parents of a ref, and when they say that they were made. Keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flakebot.adapters.git.commands import GitCommands
from flakebot.adapters.git.environment import Remote
from flakebot.adapters.provenance.git_refs import KEPT, history, is_ancestor, tip_of
from flakebot.errors import FlakebotError
from flakebot.model.provenance import Unknown
from flakebot.model.tips import PastTips, Tip, TipsAnswer

_MARGIN = timedelta(days=2)
"""How much older than what is looked for a fetched commit may be: clocks differ, and merges are not in order."""

_MOST = 10_000


def past_tips(remote: Remote, asked: PastTips) -> TipsAnswer:
    """Return the commits that the ref has on its first-parent line, with the times that they say.

    A server keeps no record of pushes, so each counts as a tip since its committer's time.
    """
    tip = tip_of(remote, asked.ref)
    if isinstance(tip, Unknown):
        return tip
    try:
        with history(remote, tip, *_latest(asked)) as git:
            return git if isinstance(git, Unknown) else tuple(_compared(git, asked))
    except FlakebotError as error:
        return Unknown(reason=str(error))


def _latest(asked: PastTips) -> tuple[str, ...]:
    """Return how little to fetch: back to what is locked, or everything where nobody knows of which time that is."""
    if asked.since is None:
        return ()
    start = min(asked.since, asked.until) - _MARGIN
    return (f"--shallow-since={int(start.timestamp())}",)


def _compared(git: GitCommands, asked: PastTips) -> Iterator[Tip]:
    """Yield them up to the first that is old enough: those before it lead to what is locked only if it does."""
    for rev, when in _first_parents(git):
        if when <= asked.until:
            is_locked = rev == asked.locked
            is_ahead = not is_locked and (asked.locked is None or is_ancestor(git, asked.locked, rev))
            yield Tip(rev=rev, when=when, is_ahead=is_ahead)
            return
        yield Tip(rev=rev, when=when)


def _first_parents(git: GitCommands) -> Iterator[tuple[str, datetime]]:
    listed = git.rev_list("--first-parent", f"--max-count={_MOST}", "--timestamp", KEPT).decode()
    for line in listed.splitlines():
        seconds, _, rev = line.partition(" ")
        yield rev, datetime.fromtimestamp(int(seconds), UTC)
