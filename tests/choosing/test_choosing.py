"""Real Nix locks what was chosen, of every kind of input, as an update would have done when that was the newest."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from flakebot.adapters.github.connection import Connection
from flakebot.adapters.nix import NixCommand, Program
from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.adapters.provenance.collector import ProvenanceCollector
from flakebot.adapters.provenance.github_refs import GithubRefs
from flakebot.adapters.provenance.github_tips import GithubTips
from flakebot.adapters.provenance.refs import Refs
from flakebot.adapters.provenance.tips import HostTips
from flakebot.commands.choosing import Choosing, Chosen, choices_with
from flakebot.lock.compose import compose, moved
from flakebot.lock.document import parse
from flakebot.model import RepositoryName, Token
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.judge import judge_lock
from flakebot.policy.provenance.questions import open_questions
from flakebot.rehearsal.folder import rehearsal_folder
from flakebot.rehearsal.tool import run_tool
from tests.attacks.estate import CONSUMER, Estate, Files, open_estate, rebuild_home, release_leaves, release_parents
from tests.commands.fakes import FakeClock

NIXES = {"system": "nix"} | {
    suite: str(Path(__file__).parents[2] / ".nix" / suite / "bin" / "nix") for suite in ("trixie", "sid")
}
MIN_AGE = (("**", timedelta(days=50)),)
MINUTE = timedelta(minutes=1)
LINKS = {"list", "pack"}
"""Inputs that are links: what they led to before, nobody can say."""
_PART = re.compile(r'    sub.url = "path:./sub";\n|(?<=known)( sub|, sub)(?= deep|, deep)')
FLAKE: Files = {"flake.nix": _PART.sub("", CONSUMER["flake.nix"])}
"""The consumer without the flake in a folder of its own."""


class Autumn(Struct, frozen=True, kw_only=True):
    """A consumer's lock before, as it would have been long enough ago, and with what is the newest now."""

    estate: Estate
    nix: str
    old: bytes
    mid: bytes
    new: bytes

    @property
    def now(self) -> datetime:
        return self.estate.today

    def refs(self) -> GithubRefs:
        clock, token = FakeClock(time=self.now), Token(self.estate.token)
        name = RepositoryName(owner="any", name="repository")
        return GithubRefs(
            lambda: Connection(token=token, role="nix", repository=name, api_url="https://api.github.com", clock=clock)
        )

    def choose(self, old: bytes, *, by_api: bool) -> Chosen:
        """Choose for an update that was made of a lock."""
        choosing = Choosing(
            min_age=MIN_AGE,
            tips=HostTips(GithubTips(self.refs()) if by_api else None),
            nix=NixCommand(program=Program(name=self.nix)),
            now=self.now,
            limit=MINUTE,
            echo=lambda _: None,
        )
        return choosing.choose(self.estate.flake_folder(FLAKE, self.new), old, self.new)

    def complaints(self, chosen: Chosen) -> list[str]:
        """Return what whoever judges the choice has against it, asking the world as it is now."""
        seen = choices_with(chosen.tips, self.old, chosen.lock, seen_at=self.now, min_age=MIN_AGE)
        flake = FLAKE["flake.nix"].encode()
        evidence = LockEvidence(path="flake.lock", old=self.old, new=chosen.lock, flake=flake, choices=seen)
        expectation = LockExpectation(min_age=MIN_AGE)
        with tempfile.TemporaryDirectory() as cache:
            collector = ProvenanceCollector(
                refs=Refs(self.refs()),
                fetcher=NixFetcher(Path(cache), program=Program(name=self.nix)),
                clock=FakeClock(time=self.now),
                limit=timedelta(minutes=5),
            )
            facts = collector.collect(())
            while questions := open_questions(evidence, expectation, facts):
                facts = collector.collect(questions)
        return [f"{found.rule}: {found.message}" for found in judge_lock(evidence, expectation, facts)]


@contextmanager
def autumn(nix: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Autumn]:
    """Let three seasons pass, the last one lately."""
    with rehearsal_folder(None) as folder, open_estate(folder, nix=nix) as estate:
        for name, value in estate.environment().items():
            monkeypatch.setenv(name, value)
        locks: list[bytes] = []
        for season, parents in enumerate((release_parents, release_parents, rebuild_home)):
            estate.day[0] = 100 * season
            release_leaves(estate, str(season))
            parents(estate, str(season))
            locks.append(estate.updated(FLAKE, locks[-1] if locks else None))
        old, mid, new = locks
        yield Autumn(estate=estate, nix=str(estate.nix.folder / "bin" / "nix"), old=old, mid=mid, new=new)


@pytest.mark.parametrize("by_api", [True, False], ids=["by API", "by git"])
@pytest.mark.parametrize(
    "version", ["system", *(pytest.param(suite, marks=pytest.mark.slow) for suite in ("trixie", "sid"))]
)
def test_what_is_chosen_is_what_was_the_newest_long_enough_ago(
    version: str, by_api: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(NIXES[version]) is None:
        pytest.skip("scripts/nix-versions puts it there")
    with autumn(NIXES[version], monkeypatch) as world:
        chosen = world.choose(world.old, by_api=by_api)
        assert chosen.lock == compose(world.old, world.mid, set(moved(world.old, world.mid)) - LINKS)
        assert {stayed.input for stayed in chosen.stayed} == LINKS
        assert set(chosen.tips) == {"art", "branch", "home", "known", "lib", "mono", "tools", "vcs"}
        folder = world.estate.flake_folder(FLAKE, chosen.lock)
        run_tool(
            "nix", "flake", "metadata", "--no-update-lock-file", cwd=folder, environment=world.estate.environment()
        )
        assert world.complaints(chosen) == []
        again = world.choose(chosen.lock, by_api=by_api)
        assert again.lock == chosen.lock
        assert again.tips == {}
        assert {stayed.input for stayed in again.stayed} == set(moved(chosen.lock, world.new))


def test_without_a_lock_every_input_is_taken_that_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with autumn(NIXES["system"], monkeypatch) as world:
        folder = world.estate.flake_folder(FLAKE, world.new)
        choosing = Choosing(
            min_age=(("lib", timedelta(days=50)),),
            tips=HostTips(None),
            nix=NixCommand(program=Program(name=world.nix)),
            now=world.now,
            limit=MINUTE,
            echo=lambda _: None,
        )
        chosen = choosing.choose(folder, None, world.new)
        locks = {name: parse(lock) for name, lock in (("chosen", chosen.lock), ("mid", world.mid), ("new", world.new))}
        found = {name: lock.target(lock.root, "lib").locked for name, lock in locks.items()}
        assert found["chosen"] == found["mid"] != found["new"]
        assert chosen.stayed == ()
