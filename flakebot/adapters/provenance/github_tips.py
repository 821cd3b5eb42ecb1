"""Ask GitHub's API which revisions a branch stood at, by its record of pushes. Reads only; any public repository."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from msgspec import Struct
from msgspec.structs import replace

from flakebot.adapters.github.purpose import Purpose
from flakebot.adapters.github.shapes import AwareTime, FullSha
from flakebot.adapters.provenance.github_refs import NEEDS, GithubRefs
from flakebot.adapters.provenance.record import NO_COMMIT
from flakebot.errors import FlakebotError
from flakebot.model import RepositoryName
from flakebot.model.provenance import IsOnRef, Unknown
from flakebot.model.tips import PastTips, Tip, TipsAnswer

MOST_COMPARED = 5
"""Revisions that are compared with the branch; more than one only where somebody pushed by force."""


class _Committer(Struct, frozen=True, kw_only=True):
    """Who made a commit, and when."""

    date: AwareTime


class _Written(Struct, frozen=True, kw_only=True):
    """What a commit itself says."""

    committer: _Committer


class _Commit(Struct, frozen=True, kw_only=True):
    """One commit of a branch."""

    sha: FullSha
    commit: _Written


class GithubTips:
    """What GitHub knows of the past of branches."""

    def __init__(self, refs: GithubRefs) -> None:
        self._refs = refs

    def past(self, asked: PastTips, repository: RepositoryName) -> TipsAnswer:
        """Return where the ref stood. Costs 1 call for the record of pushes, and 2 for each revision to be taken.

        1 more without a ref, for the default branch's name, and 1 where the latest record does not reach back far
        enough: then it is the latest commit of that time, which says itself when it was made.
        """
        try:
            ref = asked.ref or self._refs.default_branch(repository)
            tips = self._recorded(repository, ref)
            if not any(tip.when <= asked.until for tip in tips):
                tips = (*tips, *self._committed(repository, ref, asked))
        except FlakebotError as error:
            return Unknown(reason=str(error))
        return tuple(self._compared(repository, ref, asked, tips))

    def _recorded(self, repository: RepositoryName, ref: str) -> tuple[Tip, ...]:
        moves = self._refs.activity(repository, ref)
        return tuple(Tip(rev=move.after, when=move.timestamp) for move in moves if move.after != NO_COMMIT)

    def _committed(self, repository: RepositoryName, ref: str, asked: PastTips) -> Iterator[Tip]:
        purpose = Purpose(doing=f"read the commits of {ref} of {repository}", needs=NEEDS)
        until = asked.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query: dict[str, str | int] = {"sha": ref, "until": until, "per_page": 1}
        found = self._refs.connection.read(tuple[_Commit, ...], f"/repos/{repository}/commits", purpose, query)
        return (Tip(rev=each.sha, when=each.commit.committer.date) for each in found)

    def _compared(self, repository: RepositoryName, ref: str, asked: PastTips, tips: tuple[Tip, ...]) -> Iterator[Tip]:
        """Yield the tips up to the first that is ahead, or that needs no comparing: it is present or locked."""
        compared = 0
        for tip in tips:
            is_asked = tip.when <= asked.until and tip.rev not in {asked.present, asked.locked}
            is_ahead = is_asked and self._is_ahead(repository, ref, asked, tip.rev)
            yield replace(tip, is_ahead=is_ahead)
            compared += is_asked
            if is_ahead or compared == MOST_COMPARED or (tip.when <= asked.until and not is_asked):
                return

    def _is_ahead(self, repository: RepositoryName, ref: str, asked: PastTips, rev: str) -> bool:
        leads_to, known = self._refs.leads_to, IsOnRef(holds=True)
        return leads_to(repository, ref, rev) == known and (
            asked.locked is None or leads_to(repository, rev, asked.locked) == known
        )
