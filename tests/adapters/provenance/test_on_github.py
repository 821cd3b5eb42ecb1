"""A repository on GitHub, asked for by real git, real Nix and the API together: each where it is cheapest and sure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.adapters.provenance.github_refs import GithubRefs
from flakebot.adapters.provenance.refs import Refs
from flakebot.model import RepositoryName, Sha, Token
from flakebot.model.provenance import (
    BecameTip,
    Content,
    Fetched,
    IsOnRef,
    OnRef,
    OnRefAnswer,
    Source,
    TipAnswer,
    TipSince,
    Unknown,
)
from flakebot.rehearsal.folder import rehearsal_folder
from tests.adapters.github.stage import PatientClock
from tests.attacks.estate import Estate, flake, open_estate

LIB = {"type": "github", "owner": "nixlab", "repo": "lib"}
LIMIT = timedelta(minutes=1)


@pytest.fixture
def estate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    """GitHub with one repository of two releases, which is all the network that this process has."""
    with rehearsal_folder(None) as folder, open_estate(folder) as made:
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        for version in ("1", "2"):
            made.publish("nixlab/lib", flake(said=version))
        yield made


def refs(estate: Estate) -> Refs:
    repository = RepositoryName(owner="nixlab", name="lib")
    api = "https://api.github.com"
    return Refs(
        GithubRefs(
            lambda: Connection(
                token=Token(estate.token), role="reader", repository=repository, api_url=api, clock=PatientClock()
            )
        )
    )


def head(estate: Estate) -> Sha:
    return estate.github.repository("nixlab/lib").head()


def on_ref(estate: Estate, rev: str) -> OnRef:
    return OnRef(place=Source.of(LIB), ref=None, rev=rev)


def test_the_tip_costs_no_call_and_what_led_to_it_costs_one(estate: Estate) -> None:
    first = head(estate)
    estate.publish("nixlab/lib", flake(said="3"))
    with estate.github.requests.step("at the tip"):
        assert refs(estate).on_ref(on_ref(estate, head(estate))) == IsOnRef(holds=True)
    with estate.github.requests.step("behind it"):
        assert refs(estate).on_ref(on_ref(estate, first)) == IsOnRef(holds=True)
    assert [estate.github.requests.api_calls(step) for step in ("at the tip", "behind it")] == [0, 1]


def test_githubs_record_tells_since_when_a_revision_is_the_tip(estate: Estate) -> None:
    tip = BecameTip(place=Source.of(LIB), ref="main", rev=head(estate))
    assert isinstance(refs(estate).became_tip(tip), TipSince)
    unknown = refs(estate).became_tip(BecameTip(place=Source.of(LIB), ref="main", rev="f" * 40))
    assert unknown == Unknown(reason="GitHub's latest record of pushes lacks it")


def answers(estate: Estate, rev: str, ref: str | None = None) -> tuple[OnRefAnswer, TipAnswer, int]:
    """Ask both questions about a revision at once; with the number of API calls that it took."""
    with estate.github.requests.step(f"{rev} {ref}"):
        found = refs(estate).on_ref_since(OnRef(place=Source.of(LIB), ref=ref, rev=rev))
    return *found, estate.github.requests.api_calls(f"{rev} {ref}")


@pytest.mark.parametrize("ref", [None, "main", "refs/heads/main"])
def test_both_answers_about_a_revision_that_was_a_tip_cost_one_call(estate: Estate, ref: str | None) -> None:
    before = head(estate)
    estate.publish("nixlab/lib", flake(said="3"))
    for rev in (before, head(estate)):
        on_ref, since, calls = answers(estate, rev, ref)
        assert (on_ref, calls) == (IsOnRef(holds=True), 1)
        assert isinstance(since, TipSince)


def test_what_was_pushed_away_by_force_is_refused_whatever_the_record_says_of_it(estate: Estate) -> None:
    library, kept = estate.github.repository("nixlab/lib"), head(estate)
    estate.publish("nixlab/lib", flake(said="bad"))
    bad = head(estate)
    library.set_branch("main", kept)
    assert answers(estate, bad)[0] == IsOnRef(holds=False)
    estate.publish("nixlab/lib", flake(said="3"))
    assert answers(estate, bad)[0] == IsOnRef(holds=False)
    assert answers(estate, kept)[0] == IsOnRef(holds=True)


def test_what_went_away_with_its_branch_is_refused(estate: Estate) -> None:
    library, kept = estate.github.repository("nixlab/lib"), head(estate)
    gone = library.commit({"flake.nix": "{ }"}, branch="next")
    library.delete_branch("next")
    library.set_branch("next", kept)
    assert answers(estate, gone, "next")[0] == IsOnRef(holds=False)


def test_what_only_another_branch_or_a_fork_was_pushed_to_is_refused(estate: Estate) -> None:
    library = estate.github.repository("nixlab/lib")
    side = library.commit({"flake.nix": "{ }"}, branch="side")
    mallory = estate.github.add_account("mallory", email="mallory@evil.example")
    impostor = library.fork(mallory).commit({"flake.nix": "{ evil = 1; }"}, branch="main", author=mallory)
    for rev in (side, impostor):
        assert answers(estate, rev)[:2] == (
            IsOnRef(holds=False),
            Unknown(reason="GitHub's latest record of pushes lacks it"),
        )


def test_content_comes_from_the_site_where_the_api_gives_none(estate: Estate, tmp_path: Path) -> None:
    question = Content(source=Source.of({**LIB, "rev": head(estate)}))
    by_api, by_site = tmp_path / "api", tmp_path / "site"
    by_api.mkdir()
    by_site.mkdir()
    found = NixFetcher(by_api, token=Token(estate.token)).fetch(question, limit=LIMIT)
    refused = NixFetcher(by_site, token=Token("nobodys")).fetch(question, limit=LIMIT)
    assert isinstance(found, Fetched)
    assert isinstance(refused, Fetched)
    assert (found.nar_hash, found.flake) == (refused.nar_hash, refused.flake)


def test_content_that_nobody_has_says_why_by_the_first_who_was_asked(estate: Estate, tmp_path: Path) -> None:
    question = Content(source=Source.of({**LIB, "rev": "f" * 40}))
    unknown = NixFetcher(tmp_path, token=Token(estate.token)).fetch(question, limit=LIMIT)
    assert isinstance(unknown, Unknown)
    assert unknown.reason.startswith("Nix says error: ")
    assert "unable to download 'https://" in unknown.reason
