"""The configuration is the base branch's. Neither a pull request's head nor a work tree can change the rules."""

from __future__ import annotations

from flakebot.rehearsal.happenings import push_with_the_authors_token
from flakebot.rehearsal.playing import play
from flakebot.rehearsal.signing_key import generate_key
from flakebot.rehearsal.story import Story
from flakebot.rehearsal.world import World
from tests.stories.stage import said, world_of

TAKEN_OVER = """\
author = "update-bot"
gpg-fingerprint = ["{fingerprint}"]
required-checks = ["build"]
"""


def _push_other_rules(world: World) -> None:
    key = generate_key("update-bot <update-bot@homelab.example>")
    rules = TAKEN_OVER.format(fingerprint=key.fingerprint).encode()
    push_with_the_authors_token(world, {".github/flakebot.toml": rules}, "Relax")


def test_the_head_of_a_pull_request_cannot_change_its_own_rules() -> None:
    story = Story(name="relaxed", about="the head pins another key", after={"propose": _push_other_rules})
    with world_of("good") as world:
        performance = play(story, world)
        last = performance.steps[-1].end
        text = said(last)
        assert (last.command, last.outcome, last.ended.code) == ("approve", "refused", 1)
        assert 'changes ".github/flakebot.toml", expected "flake.lock"' in text
        assert f"is signed by no key, expected {world.secrets.key.fingerprint}" in text
        assert world.consumer.pull(1).reviews == []
