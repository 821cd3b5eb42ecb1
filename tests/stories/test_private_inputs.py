"""Private inputs: the token that only reads lets `update` find, date and fetch them, and nobody gets to see it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from flakebot.adapters.candidate import CandidateFolder
from flakebot.rehearsal.github import TokenKind
from flakebot.rehearsal.runner import Runner, StepEnd
from flakebot.rehearsal.upstreams import upstream
from flakebot.rehearsal.world import World
from tests.rehearsal.consumer import locked
from tests.stories.leaks import CommandLines, written
from tests.stories.stage import said, world_of

NOTES = "nixlab/notes"
CANDIDATE = Path("temp", "flakebot-candidate")


class Private(Struct, frozen=True, kw_only=True):
    """The world of the story of the minimum age, with one private input, and a token that may read it."""

    world: World
    token: str

    def runner(self, name: str) -> Runner:
        return Runner.create(self.world.folder / name, self.world)


@pytest.fixture
def private() -> Iterator[Private]:
    with world_of("min-age") as world:
        notes = upstream(world, NOTES).state
        notes.settings = replace(notes.settings, is_private=True)
        yield Private(world=world, token=world.github.issue_token(notes.owner, kind=TokenKind.CLASSIC))


def updated(runner: Runner, token: str | None) -> StepEnd:
    return runner.run("update", {} if token is None else {"FLAKEBOT_NIX_TOKEN": token})


def test_with_a_token_a_private_input_is_found_dated_and_fetched(private: Private) -> None:
    runner = private.runner("runner")
    with CommandLines() as command_lines:
        end = updated(runner, private.token)
    assert (end.ended.code, end.outcome) == (0, "changed"), said(end)
    first, old_enough, _too_young = upstream(private.world, NOTES).state.activity
    (candidate,) = CandidateFolder(runner.folder / CANDIDATE).read().candidates
    assert locked(candidate.locks[0].new)["notes"] == old_enough.after != first.after
    asked = "\n".join(request.path for request in private.world.github.requests.all() if NOTES in request.path)
    assert "/activity" in asked
    assert "/compare/" in asked
    places = {**written(private.world), "command lines": command_lines.text()}
    for needle in (private.token, b64encode(f"x-access-token:{private.token}".encode()).decode()):
        assert [place for place, text in places.items() if needle.encode() in text] == []


def test_without_a_token_the_update_is_refused_and_says_which_input_needs_it(private: Private) -> None:
    end = updated(private.runner("runner"), None)
    assert (end.ended.code, end.outcome) == (1, "refused"), said(end)
    assert f"repos/{NOTES}/commits/HEAD': HTTP error 404" in said(end)
    assert "A private one needs a `nix-token` that may read it." in said(end)
