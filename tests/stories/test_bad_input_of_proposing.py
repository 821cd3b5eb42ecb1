"""`whoami`, `propose`, `approve` and `merge` on bad input: a sentence, an exit code, and nothing written on GitHub."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from flakebot.model import Login
from flakebot.rehearsal.github import Level, Permission
from flakebot.rehearsal.github.replies import server_error
from flakebot.rehearsal.people import APPROVER, APPROVER_MAY, AUTHOR, AUTHOR_MAY, CONSUMER, JOB_MAY
from flakebot.rehearsal.runner import Runner
from flakebot.rehearsal.signing_key import KeyPair, generate_key
from flakebot.rehearsal.steps import STEPS, Environment
from flakebot.rehearsal.world import BOT_BRANCH, World
from tests.stories.bad_input import (
    Row,
    Spoil,
    assert_explained,
    assert_nothing_left,
    run_spoiled,
    writes,
)
from tests.stories.stage import said, world_of
from tests.stories.test_bad_input_of_update import path_without

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A machine on which whoami and update have run; nothing that is refused changes it."""
    with world_of("good") as world:
        runner = Runner.create(world.folder / "run-1", world)
        for command in ("whoami", "update"):
            environment = STEPS[command](runner.outputs, world.secrets)
            assert environment is not None
            end = runner.run(command, environment)
            assert end.ended.code == 0, said(end)
        yield runner


def given(**values: str) -> Spoil:
    """Give a step other values than its own."""
    return lambda _runner, environment: environment | values


def without(name: str) -> Spoil:
    """Give a step everything but one value."""
    return lambda _runner, environment: {key: value for key, value in environment.items() if key != name}


def key_of(identity: str, *, made: datetime | None = None) -> Spoil:
    """Sign with a key of one's own, without the pin that would refuse any other."""
    return lambda _runner, environment: environment | _variables(generate_key(identity, made=made))


def _variables(key: KeyPair) -> Environment:
    return {
        "FLAKEBOT_GPG_PRIVATE_KEY": key.private.reveal(),
        "FLAKEBOT_GPG_PASSPHRASE": key.passphrase.reveal(),
    }


def _expired_key(runner: Runner, environment: Environment) -> Environment:
    key = generate_key(f"{AUTHOR} <bot@homelab.example>", made=datetime.now(UTC) - timedelta(days=800))
    return environment | _variables(key) | {"FLAKEBOT_GPG_FINGERPRINT": key.fingerprint}


def _approvers_token(runner: Runner, environment: Environment) -> Environment:
    return environment | {"FLAKEBOT_TOKEN": runner.world.secrets.approver_token}


def _authors_token(runner: Runner, environment: Environment) -> Environment:
    return environment | {"FLAKEBOT_TOKEN": runner.world.secrets.author_token}


def _token_that_cannot_push(runner: Runner, environment: Environment) -> Environment:
    may = AUTHOR_MAY | {Permission.CONTENTS: Level.READ}
    return environment | {"FLAKEBOT_TOKEN": _issue(runner.world, may)}


def _token_for_another_repository(runner: Runner, environment: Environment) -> Environment:
    author = runner.world.account(AUTHOR)
    token = runner.world.github.issue_token(author, permissions=AUTHOR_MAY, repositories=("homelab/other",))
    return environment | {"FLAKEBOT_TOKEN": token}


def _author_that_opens_no_pull_request(runner: Runner, environment: Environment) -> Environment:
    may = AUTHOR_MAY | {Permission.PULL_REQUESTS: Level.READ}
    return environment | {"FLAKEBOT_TOKEN": _issue(runner.world, may)}


def _job_without_statuses(runner: Runner, environment: Environment) -> Environment:
    token = runner.world.github.issue_job_token(str(CONSUMER), JOB_MAY | {Permission.STATUSES: Level.READ})
    return environment | {"FLAKEBOT_JOB_TOKEN": token}


def _approver_that_reviews_nothing(runner: Runner, environment: Environment) -> Environment:
    may = APPROVER_MAY | {Permission.PULL_REQUESTS: Level.READ}
    return environment | {"FLAKEBOT_TOKEN": _issue(runner.world, may, APPROVER)}


def _author_that_merges_nothing(runner: Runner, environment: Environment) -> Environment:
    may = AUTHOR_MAY | {Permission.CONTENTS: Level.READ}
    return environment | {"FLAKEBOT_TOKEN": _issue(runner.world, may)}


def _issue(world: World, may: dict[Permission, Level], login: Login = AUTHOR) -> str:
    return world.github.issue_token(world.account(login), permissions=may, repositories=(str(CONSUMER),))


def _failing(method: str) -> Spoil:
    """Let GitHub's API fail whatever is asked of it by this method; each command has its own way to say so."""

    def spoil(runner: Runner, environment: Environment) -> Environment:
        runner.world.github.faults.add(method, "/(user|repos/.*|graphql)", server_error(), times=99)
        return environment

    return spoil


def _no_gpg(runner: Runner, environment: Environment) -> Environment:
    folder = runner.folder / "without gpg"
    return environment | {"PATH": str(folder) if folder.exists() else path_without(folder, "gpg")}


def _candidate(runner: Runner) -> Path:
    """Return a copy of the candidate that a row may spoil."""
    copy = runner.folder / "spoiled"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(runner.folder / "temp" / "flakebot-candidate", copy)
    return copy


def _changed_candidate(runner: Runner, environment: Environment) -> Environment:
    lock = _candidate(runner) / "1-everything" / "1.lock"
    lock.write_bytes(lock.read_bytes().replace(b'"nixlab"', b'"mallory"'))
    return environment | {"FLAKEBOT_CANDIDATE": str(lock.parent.parent)}


def _half_a_candidate(runner: Runner, environment: Environment) -> Environment:
    record = _candidate(runner) / "update.json"
    record.write_bytes(record.read_bytes()[:100])
    return environment | {"FLAKEBOT_CANDIDATE": str(record.parent)}


class Case(Struct, frozen=True, kw_only=True):
    """A row and the command that it spoils."""

    command: str
    row: Row


def _case(command: str, name: str, spoil: Spoil, code: int, *says: str) -> Case:
    return Case(command=command, row=Row(name=name, spoil=spoil, code=code, says=says))


CASES = (
    _case("whoami", "no token", without("FLAKEBOT_TOKEN"), 2, "approver's token is missing", "FLAKEBOT_TOKEN"),
    _case("whoami", "a token nobody issued", given(FLAKEBOT_TOKEN="ghp_" + "0" * 36), 2, "approver", "token"),
    _case("whoami", "the author's token", _authors_token, 2, "belongs to update-bot, expected approve-bot"),
    _case("whoami", "no network", given(https_proxy=NOWHERE, HTTPS_PROXY=NOWHERE), 4, "api.github.com"),
    _case("whoami", "no such repository", given(GITHUB_REPOSITORY="homelab/gone"), 2, "the repository homelab/gone"),
    _case("whoami", "no such base branch", given(FLAKEBOT_BASE_BRANCH="trunk"), 2, "no branch trunk", "base-branch"),
    _case("propose", "no token", without("FLAKEBOT_TOKEN"), 2, "author's token is missing"),
    _case("propose", "a token nobody issued", given(FLAKEBOT_TOKEN="ghp_" + "0" * 36), 2, "token"),
    _case("propose", "the approver's token", _approvers_token, 2, "belongs to approve-bot, expected update-bot"),
    _case("propose", "a token that cannot push", _token_that_cannot_push, 2, "Contents: read, to push: write"),
    _case("propose", "a token for another repository", _token_for_another_repository, 2, str(CONSUMER)),
    _case("propose", "no job token", without("FLAKEBOT_JOB_TOKEN"), 2, "no job token", "FLAKEBOT_JOB_TOKEN"),
    _case("propose", "no key", without("FLAKEBOT_GPG_PRIVATE_KEY"), 2, "signing key is missing"),
    _case("propose", "a key that is none", given(FLAKEBOT_GPG_PRIVATE_KEY="x" * 99), 2, "no OpenPGP key"),
    _case("propose", "no passphrase", without("FLAKEBOT_GPG_PASSPHRASE"), 2, "passphrase"),
    _case("propose", "a wrong passphrase", given(FLAKEBOT_GPG_PASSPHRASE="open sesame"), 2, "passphrase"),
    _case("propose", "somebody else's key", key_of(f"{AUTHOR} <bot@homelab.example>"), 2, "the signing key is"),
    _case("propose", "an expired key", _expired_key, 2, "expired", "gpg --quick-set-expire"),
    _case("propose", "no gpg", _no_gpg, 2, "gpg"),
    _case("propose", "no candidate", given(FLAKEBOT_CANDIDATE="nowhere"), 2, "nowhere", "flakebot update"),
    _case("propose", "a changed candidate", _changed_candidate, 2, "changed after it was checked"),
    _case("propose", "half a candidate", _half_a_candidate, 2, "update.json"),
    _case("propose", "no network", given(https_proxy=NOWHERE, HTTPS_PROXY=NOWHERE), 4, "github.com"),
    _case("propose", "no such base branch", given(FLAKEBOT_BASE_BRANCH="trunk"), 2, "no branch trunk", "base-branch"),
    _case("propose", "no such repository", given(GITHUB_REPOSITORY="homelab/gone"), 2, "homelab/gone"),
    _case("whoami", "GitHub is out of order", _failing("GET"), 4, "GitHub answers 502", "run this again"),
    _case("propose", "GitHub is out of order", _failing("GET"), 4, "GitHub answers 502", "run this again"),
)


@pytest.fixture(autouse=True)
def _in_order_again(runner: Runner) -> Iterator[None]:
    yield
    runner.world.github.faults.clear()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.command}: {case.row.name}")
def test_bad_input_is_explained_and_writes_nothing(runner: Runner, case: Case) -> None:
    before = writes(runner.world)

    end = run_spoiled(runner, case.command, case.row)

    assert_explained(end, case.row)
    assert_nothing_left(runner.world)
    assert writes(runner.world) == before


def test_a_token_that_may_open_no_pull_request_leaves_no_branch(runner: Runner) -> None:
    spoil = _author_that_opens_no_pull_request
    row = _case("propose", "may open nothing", spoil, 2, "open a pull request", "Pull requests: write").row

    before = writes(runner.world)

    end = run_spoiled(runner, "propose", row)

    assert_explained(end, row)
    assert_nothing_left(runner.world)
    assert [request.path for request in writes(runner.world)[len(before) :]] == [
        "/homelab/config.git/git-receive-pack"
    ] * 2


REVIEWING = (
    _case("approve", "no token", without("FLAKEBOT_TOKEN"), 2, "approver's token is missing"),
    _case("approve", "the author's token", _authors_token, 2, "belongs to update-bot, expected approve-bot"),
    _case("approve", "no job token", without("FLAKEBOT_JOB_TOKEN"), 2, "FLAKEBOT_JOB_TOKEN"),
    _case("approve", "no such pull request", given(FLAKEBOT_PR="77"), 2, "77"),
    _case("approve", "no network", given(https_proxy=NOWHERE, HTTPS_PROXY=NOWHERE), 4, "github.com"),
    _case("merge", "no token", without("FLAKEBOT_TOKEN"), 2, "author's token is missing"),
    _case("merge", "the approver's token", _approvers_token, 2, "belongs to approve-bot, expected update-bot"),
    _case("merge", "before the approval", given(), 2, "has no approval by approve-bot", "flakebot approve"),
    _case("merge", "half a sha", given(FLAKEBOT_SHA="1234567"), 2, "FLAKEBOT_SHA", "40 hexadecimal digits"),
    _case("merge", "no network", given(https_proxy=NOWHERE, HTTPS_PROXY=NOWHERE), 4, "github.com"),
    _case("approve", "GitHub is out of order", _failing("GET"), 4, "GitHub answers 502", "run this again"),
    _case("approve", "a token that may not review", _approver_that_reviews_nothing, 2, "Pull requests: write"),
    _case("merge", "GitHub is out of order", _failing("GET"), 4, "GitHub answers 502", "run this again"),
)


@pytest.fixture(scope="module")
def proposed(runner: Runner) -> Runner:
    """The machine after propose, and what approve would have left had it approved."""
    environment = STEPS["propose"](runner.outputs, runner.world.secrets)
    assert environment is not None
    end = runner.run("propose", environment)
    assert end.ended.code == 0, said(end)
    runner.outputs["approve"] = runner.outputs["propose"]
    return runner


@pytest.mark.parametrize("case", REVIEWING, ids=lambda case: f"{case.command}: {case.row.name}")
def test_bad_input_after_the_proposal_is_explained_and_changes_nothing(proposed: Runner, case: Case) -> None:
    world = proposed.world
    (pull,) = world.consumer.pulls()
    head, base = pull.head_sha, world.consumer.head()

    end = run_spoiled(proposed, case.command, case.row)

    assert_explained(end, case.row)
    assert (pull.is_open, pull.head_sha, world.consumer.head()) == (True, head, base)
    assert (pull.reviews, pull.comments) == ([], [])


@pytest.fixture(scope="module")
def approved(proposed: Runner) -> Runner:
    """The machine after approve."""
    environment = STEPS["approve"](proposed.outputs, proposed.world.secrets)
    assert environment is not None
    end = proposed.run("approve", environment)
    assert end.outcome == "approved", said(end)
    return proposed


MERGING = (
    _case("merge", "a token that may not write", _author_that_merges_nothing, 2, "merge", "Contents: write"),
    _case("merge", "GitHub fails while it merges", _failing("PUT"), 4, "GitHub answers 502", "run this again"),
)


@pytest.mark.parametrize("case", MERGING, ids=lambda case: f"{case.command}: {case.row.name}")
def test_bad_input_after_the_approval_is_explained_and_merges_nothing(approved: Runner, case: Case) -> None:
    world = approved.world
    (pull,) = world.consumer.pulls()
    head, base = pull.head_sha, world.consumer.head()

    end = run_spoiled(approved, case.command, case.row)

    assert_explained(end, case.row)
    assert (pull.is_open, pull.head_sha, world.consumer.head()) == (True, head, base)
    assert world.consumer.state.store.branch(BOT_BRANCH) == head


def test_a_job_token_that_may_post_no_status_is_told_what_is_there_and_the_next_run_goes_on() -> None:
    with world_of("good") as world:
        runner = Runner.create(world.folder / "run-1", world)
        assert runner.run("update", {}).outcome == "changed"
        spoil = _job_without_statuses
        row = _case(
            "propose", "no status", spoil, 2, "Commit statuses: write", "/pull/1 is open and stays", "again"
        ).row
        assert_explained(run_spoiled(runner, "propose", row), row)
        (pull,) = world.consumer.pulls()
        assert (pull.labels, world.consumer.state.statuses) == ([], [])
        head = pull.head_sha

        end = runner.run("propose", STEPS["propose"](runner.outputs, world.secrets) or {})

        assert end.outcome == "unchanged", said(end)
        assert (pull.head_sha, [status.sha for status in world.consumer.state.statuses]) == (head, [head])
        assert len(pull.labels) == 1
