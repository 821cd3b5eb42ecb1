"""How each story ends, after the steps were played twice in the same world: the report, and no secret anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest
from msgspec import Struct, field

from flakebot.errors import ExitCode
from flakebot.rehearsal.playing import Performance
from flakebot.rehearsal.report import rehearsal_report
from flakebot.rehearsal.service_stories import SERVICE_STORIES
from flakebot.rehearsal.stories import STORIES
from flakebot.rehearsal.world import BOT_BRANCH
from tests.stories.bad_input import writes
from tests.stories.leaks import CommandLines, leaks, written
from tests.stories.stage import played

JOB = "github-actions[bot]"
EVERY_NODE = ("art", "home", "lib", "tools", "tools_2")
Steps = tuple[tuple[str, str, int], ...]

CHANGED: Steps = (("whoami", "known", 0), ("update", "changed", 0))


class Ending(Struct, frozen=True, kw_only=True):
    """What a story must come to.

    ``pull`` holds what is true of its one pull request (None: there is none), ``says`` words of its body and comments.
    """

    first: Steps
    second: Steps
    exit_code: ExitCode = ExitCode.DONE
    pull: Mapping[str, object] | None = None
    says: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    is_branch_left: bool = field(default=True)


def statuses(check: str | None = "success", *, build: str | None = "build") -> tuple[dict[str, str], ...]:
    own = () if check is None else ({"name": "flakebot/flake-check", "state": check, "by": JOB},)
    return (*own, {"name": build or "", "state": "success", "by": JOB})


PROPOSED: dict[str, object] = {
    "number": 1,
    "title": "flake.lock: update art, home, lib, tools",
    "state": "open",
    "merged": False,
    "author": "update-bot",
    "branch": "flakebot/update",
    "head_sha": "head",
    "checked_sha": "head",
    "files": ("flake.lock",),
    "commits": 1,
    "verified": True,
    "signer": "update-bot",
    "approved_by": (),
    "reviews": 0,
    "comments": 0,
    "merged_by": None,
    "labels": ("dependencies",),
    "held": False,
    "statuses": statuses(),
}
MERGED = PROPOSED | {
    "state": "closed",
    "merged": True,
    "approved_by": ({"login": "approve-bot", "sha": "head"},),
    "reviews": 1,
    "merged_by": "update-bot",
}
TAMPERED: dict[str, object] = {
    "checked_sha": "parent",
    "files": ("flake.lock", "flake.nix"),
    "commits": 2,
    "verified": False,
    "signer": None,
    "statuses": statuses(None),
}

ENDINGS = {
    "good": Ending(
        first=(*CHANGED, ("propose", "proposed", 0), ("approve", "approved", 0), ("merge", "merged", 0)),
        second=(("whoami", "known", 0), ("update", "unchanged", 0), ("propose", "unchanged", 0)),
        pull=MERGED,
        nodes=EVERY_NODE,
        is_branch_left=False,
    ),
    "nothing-to-do": Ending(
        first=(("whoami", "known", 0), ("update", "unchanged", 0), ("propose", "unchanged", 0)),
        second=(("whoami", "known", 0), ("update", "unchanged", 0), ("propose", "unchanged", 0)),
        is_branch_left=False,
    ),
    "broken": Ending(
        first=(("whoami", "known", 0), ("update", "broken", 1), ("propose", "broken", 1)),
        second=(("whoami", "known", 0), ("update", "broken", 1), ("propose", "broken", 1)),
        exit_code=ExitCode.REFUSED,
        pull=PROPOSED | {"labels": ("dependencies", "flakebot: broken"), "held": True, "statuses": statuses("failure")},
        says=("machines/web sets web.workers, but release 25.05 of lib has no such option",),
    ),
    "missing-check": Ending(
        first=(*CHANGED, ("propose", "proposed", 0), ("approve", "waiting", 0)),
        second=(*CHANGED, ("propose", "unchanged", 0), ("approve", "waiting", 0)),
        pull=PROPOSED | {"statuses": statuses(build="build (renamed)"), "comments": 1},
    ),
    "tampered": Ending(
        first=(*CHANGED, ("propose", "proposed", 0), ("approve", "refused", 1)),
        second=(*CHANGED, ("propose", "refused", 1)),
        exit_code=ExitCode.REFUSED,
        pull=PROPOSED | TAMPERED | {"comments": 1},
        says=('changes "flake.nix", expected "flake.lock"', "is unsigned, expected a good signature"),
    ),
    "self-approval": Ending(
        first=(("whoami", "misuse", 2),),
        second=(("whoami", "misuse", 2),),
        exit_code=ExitCode.MISUSE,
        is_branch_left=False,
    ),
    "moved-head": Ending(
        first=(*CHANGED, ("propose", "proposed", 0), ("approve", "approved", 0), ("merge", "refused", 1)),
        second=(*CHANGED, ("propose", "refused", 1)),
        exit_code=ExitCode.REFUSED,
        pull=PROPOSED | TAMPERED | {"files": ("README.md", "flake.lock"), "reviews": 1},
    ),
}

REFUSED: Steps = (*CHANGED, ("propose", "proposed", 0), ("approve", "refused", 1))
LEFT_OPEN = PROPOSED | {"comments": 1, "checked_sha": None, "statuses": statuses(None)}


def healed(*says: str) -> Ending:
    """Refused at first, whoever had the bot's key; the next run replaces what its own key signed, and merges that."""
    return Ending(
        first=REFUSED,
        second=(*CHANGED, ("propose", "refreshed", 0), ("approve", "approved", 0), ("merge", "merged", 0)),
        pull=MERGED | {"comments": 1},
        says=says,
        nodes=EVERY_NODE,
        is_branch_left=False,
    )


def left_open(*says: str, **facts: object) -> Ending:
    """Refused, and refused again: nothing that the bot's key did not sign is ever replaced."""
    return Ending(
        first=REFUSED,
        second=(*CHANGED, ("propose", "refused", 1)),
        exit_code=ExitCode.REFUSED,
        pull=LEFT_OPEN | facts,
        says=says,
    )


INTRUSIONS = {
    "symlinked-lock": healed("`tree-mode`", 'changes "flake.lock" as T 100644 120000, expected M 100644 100644'),
    "added-and-reverted": healed("`tree-path`", 'changes "notes.txt", expected "flake.lock"'),
    "unsigned": left_open("`commits-signature`", "is unsigned, expected a good signature", verified=False, signer=None),
    "foreign-key": left_open("`commits-key`", "Pin the bot's key with gpg-fingerprint"),
    "impostor-revision": healed("`provenance-ref`", "which is not on", "the default branch of github:nixlab/lib"),
    "wrong-narhash": healed("`provenance-content`", '"lib" has the narHash'),
    "downgrade": healed("`lock-downgrade`", '"lib" goes back'),
    "repointed-input": healed("`lock-original`", '"lib" is locked to owner "mallory", but asks for "nixlab"'),
    "second-pusher": Ending(
        first=REFUSED,
        second=(*CHANGED, ("propose", "refreshed", 0), ("approve", "refused", 1)),
        exit_code=ExitCode.REFUSED,
        pull=PROPOSED | {"comments": 1},
        says=("`identity-pushes`", '"night-shift" moved the branch to ', 'expected "update-bot" alone'),
    ),
    "duplicate-keys": healed("`lock-duplicate-key`", 'the key "owner" stands twice in one object'),
}
ENDINGS |= INTRUSIONS


def test_every_story_has_an_ending() -> None:
    assert ENDINGS.keys() | {story.name for story in SERVICE_STORIES} == STORIES.keys()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in INTRUSIONS else name for name in ENDINGS]
)
def test_a_story_ends_as_it_must_and_a_second_run_doubles_nothing(name: str) -> None:
    ending = ENDINGS[name]
    with CommandLines() as lines, played(name, runs=2) as performance:
        report = rehearsal_report(performance, seed_seconds=0.0)
        assert _steps(performance, 1) == ending.first
        assert _steps(performance, 2) == ending.second
        assert (report.outcome, report.exit_code) == (ending.second[-1][1], ending.exit_code)
        assert [_by_role(performance, fact) for fact in _pull_requests(report.facts)] == (
            [] if ending.pull is None else [ending.pull]
        )
        for words in ending.says:
            assert words in _conversation(performance)
        assert report.facts["lock_nodes_changed"] == ending.nodes
        assert report.facts["checks_run"] == sum(
            step[:2] in {("update", "changed"), ("update", "broken")} for step in (*ending.first, *ending.second)
        )
        _assert_base(performance, ending)
        _assert_written_once(performance)
        _assert_no_secret_shows(performance, lines)


def _steps(performance: Performance, run: int) -> Steps:
    ends = [step.end for step in performance.steps if step.run == run]
    return tuple((end.command, end.outcome, end.ended.code) for end in ends)


def _pull_requests(facts: Mapping[str, object]) -> tuple[dict[str, object], ...]:
    found = facts["pull_requests"]
    assert isinstance(found, tuple)
    return found


def _conversation(performance: Performance) -> str:
    pull = performance.world.consumer.pull(1)
    return "\n".join((pull.body or "", *(comment.body for comment in pull.comments)))


def _by_role(performance: Performance, fact: Mapping[str, object]) -> dict[str, object]:
    """Replace the shas of a pull request by what they are."""
    head = performance.world.consumer.pull(1).head_sha
    (parent,) = performance.world.consumer.state.store.commit(head).parents
    roles = {head: "head", parent: "parent"}

    def named(value: object) -> object:
        match value:
            case str():
                return roles.get(value, value)  # type: ignore[call-overload]  # a sha is a str
            case tuple():
                return tuple(map(named, value))
            case dict():
                return {key: named(found) for key, found in value.items()}
            case _:
                return value

    return {key: named(value) for key, value in fact.items()}


def _assert_base(performance: Performance, ending: Ending) -> None:
    """Assert that the base branch stands where it stood, or at one signed merge of exactly the head."""
    consumer = performance.world.consumer
    tip = consumer.state.store.commit(consumer.head())
    if ending.nodes:
        assert tip.parents == (performance.base_before, consumer.pull(1).head_sha)
        assert performance.world.github.hub.verifier.is_verified(tip)
    else:
        assert tip.sha == performance.base_before
    assert (consumer.state.store.branch(BOT_BRANCH) is not None) == ending.is_branch_left


def _assert_written_once(performance: Performance) -> None:
    """Assert that no write on GitHub was made twice: the second run finds everything as it wants it."""
    made = [(request.method, request.path) for request in writes(performance.world) if request.is_api_call]
    assert len(made) == len(set(made))
    statuses = performance.world.consumer.state.statuses
    assert len({(status.sha, status.context) for status in statuses}) == len(statuses)


def _assert_no_secret_shows(performance: Performance, lines: CommandLines) -> None:
    """Assert that no secret stands anywhere, and that every place was really looked at."""
    places = {"arguments": lines.text(), **written(performance.world)}
    assert b"flakebot\0whoami" in places["arguments"]
    assert b"/git\0" in places["arguments"]
    for step in performance.steps:
        logs = step.end.logs.relative_to(performance.world.folder)
        assert {f"{logs}/{name}" for name in ("stdout", "stderr", "output", "summary.md")} <= places.keys()
        if step.end.command == "update":
            assert f"run-{step.run}/temp/flakebot-candidate/update.json" in places
    assert {"run-1/workspace/.git/config", "requests", "statuses"} <= places.keys()
    assert b"flake.lock" in places["objects of github/repositories/homelab/config.git"]
    assert leaks(performance.world.secrets, places) == []


def test_the_command_plays_good_and_reports_the_chain_of_one_sha() -> None:
    argv = (sys.executable, "-I", "-m", "flakebot", "rehearse", "--scenario", "good", "--json")
    ended = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    document = json.loads(ended.stdout)
    (pull,) = document["pull_requests"]

    assert (document["schema"], document["command"], document["scenario"]) == (1, "rehearse", "good")
    assert (document["outcome"], pull["merged"], pull["files"]) == ("merged", True, ["flake.lock"])
    assert (pull["verified"], pull["signer"]) == (True, pull["author"])
    assert pull["author"] not in [approval["login"] for approval in pull["approved_by"]]
    assert {pull["checked_sha"], *(approval["sha"] for approval in pull["approved_by"])} == {pull["head_sha"]}
    assert len(pull["approved_by"]) == 1
    assert document["base_sha_before"] != document["base_sha_after"]
    assert document["lock_nodes_changed"] == list(EVERY_NODE)
    assert document["checks_run"] == 1
    assert set(document["timings"]) >= {"total_s", "nix_s", "overhead_s"}
    assert set(document["api_calls"]) == {"update", "propose", "approve", "merge"}
    assert "merge: merged (exit code 0)" in ended.stderr
