"""verify --locks-only: what it says of anybody's change, and what it does not ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from flakebot.commands.locks_only import verify_locks_of_pull_request, verify_locks_of_range
from flakebot.commands.report import Report
from flakebot.errors import ExitCode, MisuseError
from flakebot.model import Branch, Login, Sha, TreeChange
from flakebot.model.provenance import Facts, Question
from flakebot.policy.evidence import LockExpectation
from flakebot.policy.verdict import Severity
from flakebot.ports import Provenance, Verifier
from flakebot.settings.commands import VerifySettings
from tests.commands.fakes import FakeGitHub, FakeRepository, sources
from tests.lock.samples import GONE, lock, moved
from tests.policy import evidence as good
from tests.policy.world import World, tips_of

README = good.tree_change(b"1", b"2", path="README.md")
PULL = {"repository": "me/flake", "pr": 7, "locks_only": True}
RANGE = {"repository": "me/flake", "base": good.BASE, "head": good.HEAD, "locks_only": True}
SOMEBODY = replace(
    good.PULL_REQUEST, author=Login("somebody"), head_branch=Branch("patch"), head_repository="somebody/flake"
)
REPOINTED = lock({"nodes/tool/locked/owner": "evil"})


@dataclass(slots=True, kw_only=True)
class Changed(FakeRepository):
    """A repository in which these files changed, and nothing else."""

    changed: tuple[TreeChange, ...] = (good.CHANGE, README)

    def changes(self, old: Sha, new: Sha) -> tuple[TreeChange, ...]:
        return self.changed


class Absent(Changed):
    """A repository in whose base nothing stands."""

    def content(self, commit: Sha, path: str) -> bytes | None:
        return None if commit == good.BASE else self.contents[commit, path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Provenance):
    """Somebody who knows all answers beforehand."""

    facts: Facts

    def collect(self, questions: tuple[Question, ...]) -> Facts:
        return self.facts


def _no_keyring(keys: tuple[str, ...]) -> Verifier:
    raise AssertionError("a key was asked for")


def of_pull(repository: FakeRepository, *, provenance: Provenance | None = None, **settings: object) -> Report:
    github = FakeGitHub(pull=SOMEBODY)
    asked = replace(
        sources(github),
        repository=repository,
        keyring=_no_keyring,
        provenance=provenance,
    )
    report = verify_locks_of_pull_request(
        VerifySettings.model_validate(PULL | settings), sources=asked, progress=lambda _: None
    )
    assert github.deeds == []
    return report


def of_range(repository: FakeRepository, **settings: object) -> Report:
    return verify_locks_of_range(
        VerifySettings.model_validate(RANGE | settings),
        repository=repository,
        provenance=None,
        progress=lambda _: None,
    )


@pytest.mark.parametrize("judge", [of_pull, of_range])
def test_a_persons_change_with_other_files_in_it_is_clean(judge: Callable[[FakeRepository], Report]) -> None:
    report = judge(Changed())
    assert (report.outcome, report.exit_code, report.findings) == ("clean", ExitCode.DONE, ())


def test_a_change_of_other_files_alone_is_clean_and_says_so() -> None:
    report = of_pull(Changed(changed=(README,)))
    assert (report.outcome, report.exit_code) == ("clean", ExitCode.DONE)
    assert "no lock changed" in report.headline
    assert report.facts["head_sha"] == good.HEAD


def test_a_repointed_input_is_refused() -> None:
    changed = (good.tree_change(good.OLD, REPOINTED),)
    report = of_pull(Changed(changed=changed, contents={(good.HEAD, "flake.lock"): REPOINTED}))
    assert (report.outcome, report.exit_code) == ("refused", ExitCode.REFUSED)
    assert {finding.rule for finding in report.findings} >= {"lock-location", "lock-original"}


def test_a_lock_that_is_no_plain_file_any_more_is_refused() -> None:
    """Git would follow the link, and Nix would read another file than the one that was judged."""
    report = of_pull(Changed(changed=(replace(good.CHANGE, status="T", new_mode="120000"),)))
    assert [finding.rule for finding in report.findings] == ["tree-mode"]
    assert report.exit_code is ExitCode.REFUSED


def test_bytes_that_are_not_those_of_the_tree_are_refused() -> None:
    report = of_pull(Changed(changed=(replace(good.CHANGE, new_sha=good.NOTHING),)))
    assert [finding.rule for finding in report.findings] == ["tree-bytes"]


def test_a_first_lock_is_held() -> None:
    first = lock({"nodes/root/inputs/folder": GONE, "nodes/folder": GONE})
    path = "new/flake.lock"
    repository = Absent(changed=(good.tree_change(None, first, path=path),), contents={(good.HEAD, path): first})
    report = of_pull(repository, directory="new")
    assert (report.outcome, report.exit_code) == ("held", ExitCode.REFUSED)
    assert [finding.rule for finding in report.findings] == ["lock-appeared"]


def test_what_only_a_person_moves_is_said_and_stops_no_person() -> None:
    report = of_pull(Changed(), hold="nixpkgs")
    assert (report.outcome, report.exit_code) == ("clean", ExitCode.DONE)
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("lock-held", Severity.NOTE)]


def test_what_is_too_young_does_not_pass_a_required_check() -> None:
    week = LockExpectation(min_age=(("**", timedelta(days=7)),))
    facts = tips_of(timedelta(days=1))(World(new=good.NEW).facts(good.RANGE.locks[0], week))
    report = of_pull(Changed(), min_age="7d", provenance=Told(facts=facts))
    assert (report.outcome, report.exit_code) == ("waiting", ExitCode.REFUSED)


def test_says_of_a_pull_request_that_is_over_only_that_it_is() -> None:
    github = FakeGitHub(pull=replace(SOMEBODY, is_open=False))
    report = verify_locks_of_pull_request(
        VerifySettings.model_validate(PULL), sources=sources(github), progress=lambda _: None
    )
    assert (report.outcome, report.exit_code) == ("closed", ExitCode.DONE)


def test_a_range_needs_both_ends_and_a_pull_request_its_number() -> None:
    with pytest.raises(MisuseError, match="both ends"):
        verify_locks_of_range(
            VerifySettings.model_validate(PULL), repository=Changed(), provenance=None, progress=lambda _: None
        )
    with pytest.raises(MisuseError, match="no pull request"):
        verify_locks_of_pull_request(
            VerifySettings.model_validate(RANGE), sources=sources(FakeGitHub()), progress=lambda _: None
        )


def test_moves_forward_alone() -> None:
    older = lock(moved("nixpkgs", 90, back=True))
    changed = (good.tree_change(good.OLD, older),)
    report = of_range(Changed(changed=changed, contents={(good.HEAD, "flake.lock"): older}))
    assert [finding.rule for finding in report.findings] == ["lock-downgrade"]
