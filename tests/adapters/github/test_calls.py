"""The story of one update on the stand-in itself: what each method costs, and that all of it stays within bounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flakebot.adapters.github.account import GithubAccount
from flakebot.model import Login, PullRequest, RequiredCheck
from flakebot.ports import Merged
from flakebot.rehearsal.github import Protection
from tests.adapters.github.stage import Stage
from tests.adapters.github.world import MAIN, UPDATE, World

OURS = "flakebot/flake-check"
Cost = Callable[[Callable[[], object]], int]


@pytest.fixture
def cost(world: World) -> Cost:
    """Count the API calls of an action."""

    def count(action: Callable[[], object]) -> int:
        before = len(world.github.requests.all())
        action()
        return len(world.github.requests.all()) - before

    return count


def test_every_method_costs_what_it_says(live_stage: Stage, world: World, cost: Cost) -> None:
    world.protect(Protection(required_checks=(RequiredCheck(name=OURS),), requires_code_owner_review=True))
    world.propose()
    author, approver, job = live_stage.author(), live_stage.approver(), live_stage.job()
    reader, checks = live_stage.reader(), live_stage.checks()

    assert cost(author.login) == 1
    assert cost(author.login) == 0
    assert cost(GithubAccount(live_stage.connect("author")).require_repository) == 1
    assert cost(lambda: author.open_pull_requests(MAIN)) == 1
    assert cost(lambda: author.closed_pull_requests(UPDATE, MAIN)) == 1
    opened = author.open_pull_request(head=UPDATE, base=MAIN, title="Update", body="New pins")
    assert isinstance(opened, PullRequest)
    sha = opened.head_sha
    assert cost(lambda: author.open_pull_requests(MAIN)) == 1
    assert cost(lambda: author.edit(1, title="Newer", body="Newer pins")) == 1
    assert cost(lambda: author.set_labels(1, add=("a", "b"), remove=())) == 1
    assert cost(lambda: author.set_labels(1, add=(), remove=("a", "b"))) == 2

    def post() -> None:
        job.post_status(sha, name=OURS, is_success=True, description="passed", url="")

    assert cost(post) == 2
    assert cost(post) == 1

    assert cost(lambda: reader.pull_request(1)) == 1
    assert cost(lambda: reader.comparison(opened.base_sha, sha)) == 1
    assert cost(lambda: reader.public_keys(Login("update-bot"))) == 1
    assert cost(lambda: reader.required_checks(MAIN)) == 1
    assert cost(lambda: checks.checks(sha)) == 2
    assert cost(lambda: reader.reviews(1)) == 1
    assert cost(lambda: reader.pushes(UPDATE)) == 1
    assert cost(lambda: reader.file("flake.nix", MAIN)) == 1

    approver.login()
    assert cost(lambda: approver.settle(1, marker="<!--", body="<!-- none")) == 1
    assert cost(lambda: approver.explain(1, marker="<!--", body="<!-- one")) == 2
    assert cost(lambda: approver.explain(1, marker="<!--", body="<!-- one")) == 1
    assert cost(lambda: approver.explain(1, marker="<!--", body="<!-- two")) == 2
    assert cost(lambda: approver.settle(1, marker="<!--", body="<!-- settled")) == 2
    assert cost(lambda: approver.settle(1, marker="<!--", body="<!-- settled")) == 1
    assert cost(lambda: approver.withdraw(1, sha=sha, body="no")) == 1
    assert cost(lambda: approver.approve(1, sha=sha, body="yes")) == 1
    assert cost(lambda: author.enable_auto_merge(opened, sha=sha, method="merge")) == 2
    assert world.repository.pull(1).merge is not None


def test_opening_and_merging_are_one_call_each(live_stage: Stage, world: World, cost: Cost) -> None:
    world.propose()
    author = live_stage.author()
    sha = world.repository.head(UPDATE)
    assert cost(lambda: author.open_pull_request(head=UPDATE, base=MAIN, title="Update", body="")) == 1
    assert cost(lambda: author.close(1, sentence="Moot.", body="")) == 4
    assert cost(lambda: author.open_pull_request(head=UPDATE, base=MAIN, title="Update", body="")) == 1
    assert cost(lambda: isinstance(author.merge(2, sha=sha, method="merge"), Merged)) == 1
    assert world.repository.pull(2).merge is not None


def test_a_long_comparison_is_read_to_its_end(live_stage: Stage, world: World, cost: Cost) -> None:
    base = world.repository.head()
    for number in range(101):
        world.repository.commit({"flake.lock": f"{number}\n"}, branch=UPDATE, author=world.author)
    head = world.repository.head(UPDATE)
    reader = live_stage.reader()
    comparison = reader.comparison(base, head)
    assert comparison.total_commits == len({commit.sha for commit in comparison.commits}) == 101
    assert comparison.commits[-1].sha == head
    assert comparison.files == ("flake.lock",)
    assert cost(lambda: reader.comparison(base, head)) == 2
