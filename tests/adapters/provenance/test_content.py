"""Content fetched again by real Nix, in each version that is here: what it is, and never more than that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from flakebot.adapters.nix import Program
from flakebot.adapters.nix.argv import fetch_argv
from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.errors import MisuseError
from flakebot.model import Token
from flakebot.model.provenance import Attribute, Content, ContentAnswer, Fetched, Source, Unknown
from flakebot.rehearsal.folder import rehearsal_folder
from tests.adapters.nix.conftest import place
from tests.adapters.nix.workplace import Workplace
from tests.adapters.workshop import commit_files, git
from tests.attacks.estate import open_estate

__all__ = ["place"]

LIMIT = timedelta(minutes=1)
LOCK = b'{"nodes":{"root":{}},"root":"root","version":7}'


def fetch(place: Workplace, attributes: Mapping[str, Attribute], directory: str = "") -> ContentAnswer:
    cache = place.folder / "cache"
    cache.mkdir(exist_ok=True)
    question = Content(source=Source.of(attributes), directory=directory)
    return NixFetcher(cache, token=Token("read-only")).fetch(question, limit=LIMIT)


def committed(place: Workplace) -> dict[str, Attribute]:
    """Commit a flake with a lock, and another one below it, and return where it is."""
    flake = "{ outputs = _: throw ''evaluated''; }"
    files: dict[str, str | bytes] = {"flake.nix": flake, "flake.lock": LOCK, "sub/flake.nix": "{ }", "plain": "text"}
    rev = commit_files(place.checkout, files)
    return {"type": "git", "url": f"file://{place.checkout}", "ref": "main", "rev": rev}


def test_a_commit_is_what_its_lock_says_it_is(place: Workplace) -> None:
    source = committed(place)
    (place.folder / "input" / "flake.nix").write_text("{ outputs = _: { }; }")
    place.write_flake("echo > $out")
    found = fetch(place, source)
    assert isinstance(found, Fetched)
    assert found.nar_hash.startswith("sha256-")
    assert (found.rev, found.last_modified) == (source["rev"], 1767323045)
    assert found.lock == LOCK
    assert found.flake is not None
    assert b"evaluated" in found.flake


def test_it_is_fetched_by_the_nix_that_is_named(place: Workplace) -> None:
    fetcher = NixFetcher(place.folder, program=Program(name="/nowhere/nix"))
    with pytest.raises(MisuseError, match="/nowhere/nix is no program that can be run"):
        fetcher.fetch(Content(source=Source.of(committed(place)), directory=""), limit=LIMIT)


def test_a_flake_is_read_in_its_folder_and_nowhere_else(place: Workplace) -> None:
    source = committed(place)
    (place.checkout / "out").symlink_to(place.folder)
    (place.checkout / "linked").mkdir()
    (place.checkout / "linked" / "flake.nix").symlink_to("../plain")
    git(place.checkout, "add", "--", "out", "linked/flake.nix")
    git(place.checkout, "commit", "--quiet", "-m", "links")
    source["rev"] = git(place.checkout, "rev-parse", "HEAD")
    below = fetch(place, source, "sub")
    assert isinstance(below, Fetched)
    assert (below.flake, below.lock) == (b"{ }", None)
    for directory in ("missing", "plain", "out/checkout", "../..", "sub/../..", "linked"):
        found = fetch(place, source, directory)
        assert isinstance(found, Fetched), directory
        assert (found.flake, found.lock) == (None, None), directory


def test_a_link_is_what_it_serves_now_whatever_it_served_before(monkeypatch: pytest.MonkeyPatch) -> None:
    link = Source.of({"type": "tarball", "url": "https://github.com/nixlab/list/archive/main.tar.gz"})
    hashes = set()
    with rehearsal_folder(None) as folder, open_estate(folder) as estate:
        for name, value in estate.environment().items():
            monkeypatch.setenv(name, value)
        for text in ("one", "two"):
            estate.publish("nixlab/list", {"list.txt": text})
            cache = folder / f"cache-{text}"
            cache.mkdir()
            found = NixFetcher(cache).fetch(Content(source=link), limit=LIMIT)
            assert isinstance(found, Fetched), found
            hashes.add(found.nar_hash)
    assert len(hashes) == 2


def test_a_folder_is_what_is_in_it(place: Workplace) -> None:
    found = fetch(place, {"type": "path", "path": str(place.folder / "input")})
    assert isinstance(found, Fetched)
    assert found.flake is not None


FILE = "file:///proc/self/environ"
ONLY_LINKS = "only links that begin with https:// are followed"
NEITHER = "neither encrypted nor from a repository of this machine"


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"type": "file", "url": FILE}, ONLY_LINKS),
        ({"type": "tarball", "url": FILE}, ONLY_LINKS),
        ({"type": "file", "url": "/proc/self/environ"}, ONLY_LINKS),
        ({"type": "file", "url": "FILE:///proc/self/environ"}, ONLY_LINKS),
        ({"type": "file", "url": " https://example.org/x"}, ONLY_LINKS),
        ({"type": "file", "url": "http://169.254.169.254/latest/meta-data"}, ONLY_LINKS),
        ({"type": "tarball", "url": "ftp://example.org/x.tar.gz"}, ONLY_LINKS),
        ({"type": "tarball"}, ONLY_LINKS),
        ({"type": "git", "url": "http://127.0.0.1/x"}, NEITHER),
        ({"type": "git", "url": "ext::sh -c id"}, NEITHER),
        ({"type": "git", "url": "/somewhere"}, NEITHER),
        ({"type": "hg", "url": "http://127.0.0.1/x"}, NEITHER),
    ],
    ids=lambda value: value["url"] if isinstance(value, dict) and "url" in value else "",
)
def test_nix_is_not_even_started_for_what_a_lock_has_no_business_with(
    place: Workplace, attributes: dict[str, Attribute], why: str
) -> None:
    fetcher = NixFetcher(place.folder, program=Program(name="/nowhere/nix"))
    unknown = fetcher.fetch(Content(source=Source.of(attributes)), limit=LIMIT)
    assert isinstance(unknown, Unknown)
    assert why in unknown.reason


def test_a_checkout_and_a_folder_of_the_system_stay_unread(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(place)
    monkeypatch.chdir(place.folder / "input")
    refused = ((place.checkout, "whose .git may hold a token"), (Path("/proc/self/cwd"), "a folder of the system"))
    for folder, why in refused:
        unknown = fetch(place, {"type": "path", "path": str(folder)})
        assert isinstance(unknown, Unknown)
        assert why in unknown.reason


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"type": "path", "path": "/nowhere/at all"}, "no flake's"),
        ({"type": "path", "path": "/"}, "no flake's"),
        ({"type": "path"}, "no flake's"),
        ({"type": "carrier-pigeon", "url": "file:///x"}, "Nix says error"),
        ({"type": "git", "url": 'file:///"; builtins.abort "${x}\\'}, "Nix says error"),
    ],
)
def test_what_cannot_be_fetched_says_why(place: Workplace, attributes: dict[str, Attribute], why: str) -> None:
    unknown = fetch(place, attributes)
    assert isinstance(unknown, Unknown)
    assert why in unknown.reason


def test_time_is_limited(place: Workplace) -> None:
    cache = place.folder / "cache"
    cache.mkdir()
    question = Content(source=Source.of(committed(place)))
    unknown = NixFetcher(cache).fetch(question, limit=timedelta(milliseconds=1))
    assert unknown == Unknown(reason="Nix did not fetch it within 0 seconds")


def test_what_is_fetched_is_named_in_a_string_that_nothing_leaves() -> None:
    expression = fetch_argv(Program(), '{"url":"a\\"b${c}"}')[-1]
    assert r'fromJSON "{\"url\":\"a\\\"b\${c}\"}"' in expression
