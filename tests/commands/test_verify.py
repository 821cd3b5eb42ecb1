"""verify: what it says of pull requests, open or not, and what it never does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from flakebot.commands.report import Report
from flakebot.commands.verify import verify_pull_request, verify_range
from flakebot.errors import ExitCode, MisuseError
from flakebot.model import Fingerprint, Signature, SignatureState
from flakebot.model.provenance import Facts, Question
from flakebot.ports import Provenance
from flakebot.settings.commands import VerifySettings
from tests.commands.fakes import FakeGitHub, FakeRepository, sources
from tests.policy import evidence as good

OTHER = Fingerprint("1" * 40)

SETTINGS = VerifySettings.model_validate(
    {"repository": "me/flake", "pr": 7, "author": "bot", "approver": "checker", "gpg_fingerprint": (good.KEY,)}
)
RANGE = VerifySettings.model_validate({"base": good.BASE, "head": good.HEAD, "gpg_fingerprint": (good.KEY,)})


class FakeKeys(Struct, frozen=True, kw_only=True):
    """Public keys, and what they find of every signature."""

    fingerprints: frozenset[Fingerprint] = frozenset({good.KEY})
    found: Signature = good.SIGNED

    def verify(self, payload: bytes, signature: str | None) -> Signature:
        return self.found


UNKNOWN = FakeKeys(fingerprints=frozenset(), found=Signature(state=SignatureState.UNKNOWN_KEY))


class Silent:
    """Hosts of which none answers."""

    def collect(self, questions: tuple[Question, ...]) -> Facts:
        return Facts(asked_at=datetime(2026, 11, 23, tzinfo=UTC))


def judged(
    settings: VerifySettings,
    keys: FakeKeys,
    repository: FakeRepository | None = None,
    provenance: Provenance | None = None,
) -> Report:
    return verify_range(
        settings,
        repository=repository or FakeRepository(),
        keys=keys,
        provenance=provenance,
        progress=lambda _: None,
    )


def test_finds_a_good_pull_request_clean_and_writes_nothing() -> None:
    github = FakeGitHub()
    assert verify_pull_request(SETTINGS, sources=sources(github), progress=lambda _: None).outcome == "clean"
    assert github.deeds == []


@pytest.mark.parametrize(("is_merged", "outcome"), [(True, "merged"), (False, "closed")])
def test_says_of_a_pull_request_that_is_over_only_that_it_is(is_merged: bool, outcome: str) -> None:
    github = FakeGitHub(pull=replace(good.PULL_REQUEST, is_open=False, is_merged=is_merged))
    report = verify_pull_request(SETTINGS, sources=sources(github), progress=lambda _: None)
    assert (report.outcome, report.exit_code, report.findings) == (outcome, ExitCode.DONE, ())
    assert f"is {outcome} already" in report.headline


def test_finds_a_good_range_clean_with_the_pinned_key() -> None:
    report = judged(RANGE.model_copy(update={"public_key": Path("bot.asc")}), FakeKeys())
    assert (report.outcome, report.exit_code) == ("clean", ExitCode.DONE)
    assert "where its content comes from was not asked (`--provenance`)" in report.headline
    assert report.facts["provenance"] is False


def test_claims_to_have_asked_where_content_comes_from_only_where_it_did() -> None:
    settings = RANGE.model_copy(update={"public_key": Path("bot.asc")})
    report = judged(settings, FakeKeys(), provenance=Silent())
    assert (report.outcome, report.facts["provenance"]) == ("held", True)
    assert "not asked" not in report.headline


def test_calls_a_signed_range_no_attack_where_it_was_given_no_key() -> None:
    with pytest.raises(MisuseError, match=f"commit {good.HEAD[:7]} is signed, and there is no public key") as caught:
        judged(RANGE, UNKNOWN)
    assert f"`gpg --armor --export {good.KEY}`" in caught.value.advice
    assert "no signature can be checked" in caught.value.advice


def test_needs_no_key_to_refuse_what_is_unsigned() -> None:
    repository = FakeRepository(commit_made=replace(good.COMMIT, signature=None))
    unsigned = FakeKeys(fingerprints=frozenset(), found=Signature(state=SignatureState.UNSIGNED))
    assert judged(RANGE, unsigned, repository).outcome == "refused"


@pytest.mark.parametrize(("held", "shown"), [({OTHER}, OTHER), (set[Fingerprint](), "no key that gpg can read")])
def test_names_the_keys_of_a_file_that_holds_none_of_the_pinned(held: set[Fingerprint], shown: str) -> None:
    settings = RANGE.model_copy(update={"public_key": Path("other.asc")})
    with pytest.raises(MisuseError, match=f"other.asc holds {shown}, expected {good.KEY}"):
        judged(settings, FakeKeys(fingerprints=frozenset(held), found=UNKNOWN.found))
