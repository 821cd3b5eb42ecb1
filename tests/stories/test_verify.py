"""`verify` as a person calls it: with any token that may read, and with a sentence where a file is no key."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.rehearsal.people import OWNER
from flakebot.rehearsal.runner import Runner
from flakebot.rehearsal.signing_key import generate_key
from flakebot.rehearsal.steps import propose
from flakebot.rehearsal.tool import run_tool
from tests.stories.stage import said, world_of


def test_judges_a_pull_request_with_the_jobs_token_alone() -> None:
    with world_of("good") as world:
        runner = Runner.create(world.folder / "run-1", world)
        runner.run("update", {})
        runner.run("propose", propose(runner.outputs, world.secrets) or {})
        end = runner.run("verify", {"FLAKEBOT_JOB_TOKEN": world.secrets.job_token, "FLAKEBOT_PR": "1"})
        assert (end.ended.code, end.outcome) in {(0, "clean"), (0, "waiting")}, said(end)
        end = runner.run("verify", {"FLAKEBOT_PR": "1"})
        assert end.ended.code == 2
        assert "FLAKEBOT_JOB_TOKEN" in said(end)


@pytest.mark.parametrize("content", [b"no key", None])
def test_says_which_file_a_public_key_is(tmp_path: Path, content: bytes | None) -> None:
    key = tmp_path / "key.asc"
    if content is not None:
        key.write_bytes(content)
    with world_of("good") as world:
        runner = Runner.create(world.folder / "run-1", world)
        given = {"FLAKEBOT_BASE": "HEAD", "FLAKEBOT_HEAD": "HEAD", "FLAKEBOT_PUBLIC_KEY": str(key)}
        end = runner.run("verify", given)
        assert end.ended.code == 2
        assert "gpg --armor --export" in said(end)


def test_calls_a_good_range_misuse_without_the_key_and_clean_with_it(tmp_path: Path) -> None:
    pinned, other = tmp_path / "pinned.asc", tmp_path / "other.asc"
    with world_of("good") as world:
        key, stranger = world.secrets.key, generate_key("Somebody <somebody@example.org>")
        pinned.write_text(key.public)
        other.write_text(stranger.public)
        runner = Runner.create(world.folder / "run-1", world)
        runner.run("update", {})
        runner.run("propose", propose(runner.outputs, world.secrets) or {})
        fetch = ("git", "fetch", "--quiet", "origin", "flakebot/update")
        run_tool(*fetch, cwd=runner.workspace, environment=world.environment())
        given = {"FLAKEBOT_BASE": "HEAD", "FLAKEBOT_HEAD": "FETCH_HEAD"}
        end = runner.run("verify", given)
        assert (end.ended.code, end.outcome) == (2, "misuse"), said(end)
        assert f"gpg --armor --export {key.fingerprint}" in said(end)
        end = runner.run("verify", given | {"FLAKEBOT_PUBLIC_KEY": str(other)})
        assert end.ended.code == 2
        assert f"other.asc holds {stranger.fingerprint}, expected {key.fingerprint}" in said(end)
        for asked, headline in (("false", "was not asked (`--provenance`)."), ("true", ": passes every rule.")):
            end = runner.run("verify", given | {"FLAKEBOT_PUBLIC_KEY": str(pinned), "FLAKEBOT_PROVENANCE": asked})
            assert (end.ended.code, end.outcome, end.outputs["provenance"]) == (0, "clean", asked), said(end)
            assert headline in said(end)


def test_says_of_a_shallow_checkout_that_it_lacks_the_base() -> None:
    with world_of("good") as world:
        base = world.consumer.head()
        world.consumer.commit({"README.md": "More.\n"}, "Say more", author=world.account(OWNER))
        runner = Runner.create(world.folder / "run-1", world)
        end = runner.run("verify", {"FLAKEBOT_BASE": base, "FLAKEBOT_HEAD": "HEAD"})
        assert end.ended.code == 2, said(end)
        assert "A shallow checkout needs more depth (fetch-depth: 0)." in said(end)
        assert "Traceback" not in said(end)
