"""What became of an update that goes in parts: each pull request in a few words, and what its lock moved."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from flakebot.rehearsal.end_state import HELD
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.playing import Performance
from flakebot.rehearsal.world import World, lock_path
from tests.rehearsal.consumer import locked


class Part(Struct, frozen=True, kw_only=True):
    """A pull request as it ended. ``moved`` are the inputs that its commit moves, each behind its folder."""

    branch: str
    moved: tuple[str, ...]
    is_merged: bool = True
    is_open: bool = False
    is_held: bool = False
    approvals: int = 1


def held(name: str, *moved: str, is_open: bool = True) -> Part:
    """Return the pull request of a culprit: nobody approved it, and nobody merged it."""
    return Part(
        branch=f"flakebot/update-held-{name}",
        moved=moved or (name,),
        is_merged=False,
        is_open=is_open,
        is_held=True,
        approvals=0,
    )


def assert_parts(world: World, *expected: Part) -> None:
    """Assert that a world has these pull requests and no other, in whatever order they were opened."""
    assert Counter(parts(world)) == Counter(expected)


def parts(world: World) -> tuple[Part, ...]:
    """Return every pull request of a world, oldest first."""
    return tuple(_part(world, pull) for pull in world.consumer.pulls())


def _part(world: World, pull: PullRequest) -> Part:
    return Part(
        branch=pull.head_branch,
        moved=moved(world, pull),
        is_merged=pull.merge is not None,
        is_open=pull.state == "open",
        is_held=any(label.name.startswith(HELD) for label in pull.labels),
        approvals=sum(review.sha == pull.head_sha for review in pull.reviews),
    )


def moved(world: World, pull: PullRequest) -> tuple[str, ...]:
    """Return the inputs from GitHub whose revision the one commit of a pull request changes."""
    (parent,) = world.consumer.state.store.commit(pull.head_sha).parents
    return tuple(
        name if directory == "." else f"{directory}#{name}"
        for directory in sorted(world.estate.directories)
        for name in _moved(world, lock_path(directory), parent, pull.head_sha)
    )


def _moved(world: World, path: str, before: str, after: str) -> list[str]:
    old, new = (locked(world.consumer.read(path, at=sha)) for sha in (before, after))
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def outcomes(performance: Performance) -> list[tuple[str, str, int]]:
    """Return how each run ended: its last command, that command's outcome and its exit code."""
    last = {step.run: step.end for step in performance.steps}
    return [(end.command, end.outcome, end.ended.code) for end in last.values()]


def conversation(world: World, branch: str) -> str:
    """Return what stands in the pull request from a branch: its body and its comments."""
    (pull,) = (pull for pull in world.consumer.pulls() if pull.head_branch == branch)
    return "\n".join((pull.body or "", *(comment.body for comment in pull.comments)))
