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
from flakebot.model.provenance import BecameTip, Content, Fetched, IsOnRef, OnRef, Source, TipSince, Unknown
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
