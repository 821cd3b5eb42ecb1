"""`verify --locks-only` as a required check: everybody's pull requests from forks, with a token that can only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from flakebot.rehearsal.github import Account, Level, Permission, SeededRepository, TokenKind
from flakebot.rehearsal.laboratory import RULES, laboratory_files
from flakebot.rehearsal.people import CONSUMER, OWNER
from flakebot.rehearsal.runner import Runner, StepEnd
from flakebot.rehearsal.seed import Files, seed_files
from flakebot.rehearsal.upstreams import LONG_AGO, publish
from flakebot.rehearsal.world import World
from tests.rehearsal.github.client import Client
from tests.stories.stage import said, world_of

READ_ONLY = {Permission.CONTENTS: Level.READ, Permission.PULL_REQUESTS: Level.READ}
"""What the workflow asks for; a fork's pull request gets no more in any case."""

PART = "nixlab/part"


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Somebody with a fork, and the check that the repository requires of everybody."""

    world: World
    account: Account
    fork: SeededRepository
    runner: Runner
    numbers: list[int] = field(default_factory=list)

    def proposes(self, files: Files) -> StepEnd:
        """Open a pull request from the fork, and let it be judged as the workflow does."""
        number = len(self.numbers) + 1
        self.fork.set_branch(branch := f"patch-{number}", self.world.consumer.head(), pusher=self.account)
        self.fork.commit(files, "Change something", branch=branch, author=self.account)
        client = Client(
            github=self.world.github, token=self.world.github.issue_token(self.account, kind=TokenKind.CLASSIC)
        )
        wanted = {"title": "Change", "head": f"{self.account.login}:{branch}", "base": "main"}
        opened = client.post(f"/repos/{CONSUMER}/pulls", wanted)
        client.session.close()
        self.numbers.append(opened.json()["number"])
        token = self.world.github.issue_job_token(str(CONSUMER), READ_ONLY)
        asked = {"FLAKEBOT_TOKEN": token, "FLAKEBOT_PR": str(number), "FLAKEBOT_LOCKS_ONLY": "true"}
        return self.runner.run("verify", asked)


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    with world_of("good") as world:
        # No account, no key: nothing of what the bot itself needs is configured.
        world.consumer.commit({RULES: b""}, "Configure nothing", author=world.account(OWNER))
        publish(world, PART, seed_files("lib", release="1", options="a"), age=LONG_AGO)
        account = world.github.add_account("visitor", email="visitor@elsewhere.example")
        runner = Runner.create(world.folder / "run", world)
        yield Visitor(world=world, account=account, fork=world.consumer.fork(account), runner=runner)


def test_a_correct_bump_of_the_lock_is_clean_beside_whatever_else_changed(visitor: Visitor) -> None:
    lock = visitor.world.lock(laboratory_files(visitor.world))
    assert lock != visitor.world.consumer.read("flake.lock")
    end = visitor.proposes({"flake.lock": lock, "check.sh": b"exit 0\n"})
    assert (end.ended.code, end.outcome) == (0, "clean"), said(end)
    assert "passes every rule" in said(end)


def test_a_repointed_input_is_refused(visitor: Visitor) -> None:
    lock = visitor.world.consumer.read("flake.lock").replace(b'"owner": "nixlab"', b'"owner": "mallory"', 1)
    end = visitor.proposes({"flake.lock": lock})
    assert (end.ended.code, end.outcome) == (1, "refused"), said(end)
    assert "mallory" in said(end)


def test_a_pull_request_without_a_lock_is_clean_and_says_so(visitor: Visitor) -> None:
    end = visitor.proposes({"README.md": b"# Better words\n"})
    assert (end.ended.code, end.outcome) == (0, "clean"), said(end)
    assert "no lock changed" in said(end)


def test_a_new_input_is_clean_where_the_flake_says_so_and_refused_where_it_says_otherwise(visitor: Visitor) -> None:
    files = laboratory_files(visitor.world)
    flakes = {
        name: files["flake.nix"].replace(b"inputs = {", f'inputs = {{\n    part.url = "github:{name}";'.encode(), 1)
        for name in (PART, "nixlab/lib")
    }
    lock = visitor.world.lock(files | {"flake.nix": flakes[PART]})
    end = visitor.proposes({"flake.nix": flakes[PART], "flake.lock": lock})
    assert (end.ended.code, end.outcome) == (0, "clean"), said(end)
    end = visitor.proposes({"flake.nix": flakes["nixlab/lib"], "flake.lock": lock})
    assert (end.ended.code, end.outcome) == (1, "refused"), said(end)
    assert "lock-root-inputs" in said(end)
