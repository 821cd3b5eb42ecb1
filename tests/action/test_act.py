"""The README's workflow under a real runner, against the stand-in GitHub: what it merges, stops and hides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from flakebot.rehearsal.end_state import pull_request_facts
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.people import APPROVER, AUTHOR
from flakebot.rehearsal.playing import prepare
from flakebot.rehearsal.seeding import seeded_world
from flakebot.rehearsal.stories import STORIES
from flakebot.rehearsal.world import BOT_BRANCH, World
from tests.action.consumer import Consumer, Ran, copy_action, download_wheels, files_holding, readme_workflow

PASSPHRASE = {"gpg-passphrase": "${{ secrets.FLAKEBOT_GPG_PASSPHRASE }}"}

# Finds the file by which a step steers the next ones in the environment of whatever process runs as the same user.
HOSTILE_CHECK = """\
for environment in /proc/[0-9]*/environ; do
  found=$(/usr/bin/tr '\\0' '\\n' <"$environment" | /usr/bin/sed -n 's/^GITHUB_ENV=//p')
  case $found in "@folder@"/*) echo BASH_ENV=/somewhere/evil >>"$found" && reached=yes ;; esac
done 2>/dev/null
echo "${reached:-no}" >@folder@/reached
echo done >"$out"
"""

# Every command on its own; between them goes what their outputs say, as it would between jobs.
ONE_BY_ONE = """\
on: workflow_dispatch
jobs:
  update:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: OWNER/flakebot@v1
        id: whoami
        with:
          command: whoami
          author-token: ${{ secrets.FLAKEBOT_AUTHOR_TOKEN }}
          approver-token: ${{ secrets.FLAKEBOT_APPROVER_TOKEN }}
      - uses: OWNER/flakebot@v1
        id: update
        with:
          command: update
      - uses: OWNER/flakebot@v1
        id: propose
        with:
          command: propose
          author-token: ${{ secrets.FLAKEBOT_AUTHOR_TOKEN }}
          gpg-private-key: ${{ secrets.FLAKEBOT_GPG_PRIVATE_KEY }}
          gpg-passphrase: ${{ secrets.FLAKEBOT_GPG_PASSPHRASE }}
          labels: |
            flake.lock
            $(touch injected)
      - uses: OWNER/flakebot@v1
        id: dry
        with:
          command: approve
          approver-token: ${{ secrets.FLAKEBOT_APPROVER_TOKEN }}
          pr: ${{ steps.propose.outputs.pull-request-number }}
          dry-run: true
      - uses: OWNER/flakebot@v1
        id: verify
        with:
          command: verify
          pr: ${{ steps.propose.outputs.pull-request-number }}
      - uses: OWNER/flakebot@v1
        id: approve
        with:
          command: approve
          approver-token: ${{ secrets.FLAKEBOT_APPROVER_TOKEN }}
          pr: ${{ steps.propose.outputs.pull-request-number }}
      - uses: OWNER/flakebot@v1
        id: merge
        with:
          command: merge
          author-token: ${{ secrets.FLAKEBOT_AUTHOR_TOKEN }}
          pr: ${{ steps.propose.outputs.pull-request-number }}
          sha: ${{ steps.approve.outputs.head-sha }}
"""


@pytest.fixture(scope="session")
def wheels(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    download_wheels(root, folder)
    return folder


@pytest.fixture
def consumer(root: Path, wheels: Path) -> Iterator[Consumer]:
    with rehearsal_folder(None) as folder, seeded_world(folder) as world:
        copy_action(root, folder / "the action")
        yield Consumer(world=world, action=folder / "the action", wheels=wheels, workflow=readme_workflow(root))


def secret_texts(world: World) -> tuple[str, ...]:
    """Everything secret, and every line of the key that is one."""
    return tuple(
        line for text in world.secrets.all() for line in text.splitlines() if len(line) > 20 and "-----" not in line
    )


def written_by(world: World, login: str) -> list[str]:
    """What an account asked for that is no reading: of the API, or a push."""
    asked = [request for request in world.github.requests.all() if request.account == login]
    assert asked, f"{login} asked for nothing at all"
    return [
        request.path
        for request in asked
        if (request.is_api_call and request.method != "GET") or request.path.endswith("/git-receive-pack")
    ]


def assert_hidden(consumer: Consumer, ran: Ran) -> None:
    texts = secret_texts(consumer.world)
    assert len(texts) > 8
    assert [text for text in texts if text in ran.log] == []
    assert "***" in ran.log
    assert files_holding(consumer.world.folder, texts) == []


def test_merges_an_update_and_has_nothing_to_do_afterwards(consumer: Consumer) -> None:
    world = consumer.world
    prepare(STORIES["good"], world)

    ran = consumer.run(**PASSPHRASE)

    assert ran.is_green, ran.log
    (pull,) = world.consumer.pulls()
    assert pull.merge is not None
    candidate = ran.outputs.pop("candidate")
    assert candidate.endswith("/flakebot-candidate")
    assert ran.outputs == {
        "outcome": "merged",
        "exit-code": "0",
        "changed": "true",
        "check": "passed",
        "checks": "1",
        "pull-request-number": "1",
        "pull-request-url": "https://github.com/homelab/config/pull/1",
        "head-sha": pull.head_sha,
        "pull-request-numbers": "1",
        "head-shas": pull.head_sha,
        "held-pull-request-numbers": "",
        "remaining": "",
        "again": "false",
        "merged": "true",
        "merge-sha": world.consumer.head(),
        "base-sha": pull.fork_point,
        "author": "",
        "approver": APPROVER,
    }
    facts = pull_request_facts(world, pull)
    assert facts["files"] == ("flake.lock",)
    assert (facts["author"], facts["signer"], facts["merged_by"]) == (AUTHOR, AUTHOR, AUTHOR)
    assert facts["verified"] is True
    assert facts["checked_sha"] == pull.head_sha
    assert facts["approved_by"] == ({"login": APPROVER, "sha": pull.head_sha},)
    assert_hidden(consumer, ran)

    merged = world.consumer.head()
    again = consumer.run(**PASSPHRASE)

    assert again.is_green, again.log
    assert (again.outputs["outcome"], again.outputs["changed"], again.outputs["merged"]) == (
        "unchanged",
        "false",
        "false",
    )
    assert again.outputs["pull-request-number"] == ""
    assert world.consumer.head() == merged
    assert world.consumer.pulls() == (pull,)


@pytest.mark.slow
def test_waits_for_a_check_that_never_comes(consumer: Consumer) -> None:
    world = consumer.world
    prepare(STORIES["missing-check"], world)

    ran = consumer.run(**PASSPHRASE)

    assert ran.is_green, ran.log
    (pull,) = world.consumer.pulls()
    assert (ran.outputs["outcome"], ran.outputs["exit-code"], ran.outputs["merged"]) == ("waiting", "0", "false")
    assert ran.outputs["head-sha"] == pull.head_sha
    facts = pull_request_facts(world, pull)
    assert (facts["state"], facts["merged"], facts["reviews"]) == ("open", False, 0)


@pytest.mark.slow
def test_proposes_a_broken_update_and_leaves_it_to_a_person(consumer: Consumer) -> None:
    world = consumer.world
    prepare(STORIES["broken"], world)

    ran = consumer.run(**PASSPHRASE)

    assert not ran.is_green
    (pull,) = world.consumer.pulls()
    assert (ran.outputs["outcome"], ran.outputs["exit-code"]) == ("broken", "1")
    assert (ran.outputs["changed"], ran.outputs["check"], ran.outputs["merged"]) == ("true", "failed", "false")
    assert (ran.outputs["pull-request-number"], ran.outputs["head-sha"]) == ("1", pull.head_sha)
    facts = pull_request_facts(world, pull)
    assert (facts["state"], facts["merged"], facts["reviews"]) == ("open", False, 0)
    assert facts["labels"] == ("dependencies", "flakebot: broken")
    assert_hidden(consumer, ran)


def test_one_account_in_both_roles_stops_before_anything_is_written(consumer: Consumer) -> None:
    world = consumer.world
    prepare(STORIES["self-approval"], world)

    ran = consumer.run(**PASSPHRASE)

    assert not ran.is_green
    assert (ran.outputs["outcome"], ran.outputs["exit-code"], ran.outputs["merged"]) == ("misuse", "2", "false")
    assert f"the approver's token belongs to {AUTHOR}, expected {APPROVER}" in ran.log
    assert world.consumer.pulls() == ()
    assert f"refs/heads/{BOT_BRANCH}" not in world.consumer.state.store.refs()
    assert written_by(world, AUTHOR) == []
    assert_hidden(consumer, ran)


@pytest.mark.slow
def test_two_tokens_of_one_account_stop_before_anything_is_written(consumer: Consumer) -> None:
    """No configuration names the roles: what the first step found is all that the author can be compared with."""
    world = consumer.world
    world.consumer.commit({".github/flakebot.toml": b'wait = "3s"\n'}, "Name nobody")
    prepare(STORIES["good"], world)
    world.secrets = replace(world.secrets, approver_token=world.secrets.author_token)

    ran = consumer.run(**PASSPHRASE)

    assert not ran.is_green
    assert (ran.outputs["outcome"], ran.outputs["exit-code"]) == ("misuse", "2")
    assert f"{AUTHOR} would both propose and approve" in ran.log
    assert world.consumer.pulls() == ()
    assert written_by(world, AUTHOR) == []


@pytest.mark.slow
def test_a_build_that_steers_later_steps_is_caught(consumer: Consumer) -> None:
    """Without Nix's sandbox a build can find the runner's files; what it writes there stops the action."""
    world = consumer.world
    hostile = HOSTILE_CHECK.replace("@folder@", str(world.folder))
    world.consumer.commit({"check.sh": hostile.encode()}, "Check something else, too")
    prepare(STORIES["good"], world)

    ran = consumer.run(**PASSPHRASE)

    assert (world.folder / "reached").read_text() == "yes\n", "the build did not reach the file: nothing was tried"
    assert not ran.is_green
    assert (ran.outputs["outcome"], ran.outputs["exit-code"]) == ("refused", "1")
    assert "something wrote to GITHUB_ENV or GITHUB_PATH meanwhile" in ran.log
    assert world.consumer.pulls() == ()


@pytest.mark.slow
def test_each_command_runs_on_its_own(consumer: Consumer) -> None:
    world = consumer.world
    prepare(STORIES["good"], world)

    ran = replace(consumer, workflow=ONE_BY_ONE).run()

    assert ran.is_green, ran.log
    assert {name: outputs["outcome"] for name, outputs in ran.steps.items()} == {
        "whoami": "known",
        "update": "changed",
        "propose": "proposed",
        "dry": "dry-run",
        "verify": "clean",
        "approve": "approved",
        "merge": "merged",
    }
    assert (ran.steps["whoami"]["author"], ran.steps["whoami"]["approver"]) == (AUTHOR, APPROVER)
    (pull,) = world.consumer.pulls()
    assert pull.merge is not None
    facts = pull_request_facts(world, pull)
    assert facts["labels"] == ("flake.lock", "$(touch injected)")
    assert facts["reviews"] == 1
    assert_hidden(consumer, ran)
