"""Where a git server's ref stood, by its first parents: what was merged was no tip, whenever it was made."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from flakebot.adapters.git.environment import Remote
from flakebot.adapters.process import contained
from flakebot.adapters.provenance.git_tips import past_tips
from flakebot.adapters.provenance.tips import HostTips
from flakebot.model.provenance import Source, Unknown
from flakebot.model.tips import PastTips, Tip, TipsAnswer
from tests.adapters.workshop import git, new_checkout

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


class Upstream(Struct, frozen=True, kw_only=True):
    """A repository that somebody commits to on given days."""

    folder: Path

    def commit(self, number: int, *words: str) -> str:
        git(self.folder, *(words or ("commit", "--quiet", "--allow-empty", "-m", str(number))), date=str(day(number)))
        return git(self.folder, "rev-parse", "HEAD")

    def question(self, until: datetime, *, locked: str | None, since: datetime | None = None) -> PastTips:
        place = Source.of({"type": "git", "url": f"file://{self.folder}"})
        return PastTips(place=place, ref=None, present="", until=until, locked=locked, since=since)

    def past(self, until: datetime, *, locked: str | None, since: datetime | None = None) -> TipsAnswer:
        return past_tips(Remote(url=str(self.folder)), self.question(until, locked=locked, since=since))


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(folder=new_checkout(tmp_path / "upstream"))


def test_the_newest_that_is_old_enough_ends_the_line(upstream: Upstream) -> None:
    first, second, third = (upstream.commit(number) for number in (1, 5, 9))
    expected = (Tip(rev=third, when=day(9)), Tip(rev=second, when=day(5), is_ahead=True))
    assert upstream.past(day(6), locked=first, since=day(1)) == expected
    assert upstream.past(day(6), locked=None) == expected
    at_the_locked_one = (Tip(rev=third, when=day(9)), Tip(rev=second, when=day(5)), Tip(rev=first, when=day(1)))
    assert upstream.past(day(4), locked=first, since=day(1)) == at_the_locked_one


def test_what_was_merged_lately_was_no_tip_long_ago(upstream: Upstream) -> None:
    first = upstream.commit(1)
    git(upstream.folder, "checkout", "--quiet", "-b", "side")
    upstream.commit(5)
    git(upstream.folder, "checkout", "--quiet", "main")
    merge = upstream.commit(9, "merge", "--quiet", "--no-ff", "-m", "merge", "side")
    expected = (Tip(rev=merge, when=day(9)), Tip(rev=first, when=day(1)))
    assert upstream.past(day(6), locked=first, since=day(1)) == expected


def test_what_does_not_lead_to_what_is_locked_is_not_ahead(upstream: Upstream) -> None:
    upstream.commit(1)
    locked = upstream.commit(3)
    git(upstream.folder, "reset", "--quiet", "--hard", "HEAD~1")
    upstream.commit(5)
    found = upstream.past(day(6), locked=locked, since=day(3))
    assert isinstance(found, tuple)
    assert [tip.is_ahead for tip in found] == [False]


def test_a_history_that_is_younger_than_asked_for_has_no_such_tip(upstream: Upstream) -> None:
    only = upstream.commit(9)
    assert upstream.past(day(2), locked=None) == (Tip(rev=only, when=day(9)),)


def test_what_is_not_there_is_not_known(upstream: Upstream, tmp_path: Path) -> None:
    empty = upstream.past(day(6), locked=None)
    assert empty == Unknown(reason="it has no default branch")
    upstream.commit(1)
    asked = replace(upstream.question(day(6), locked=None), ref="nowhere")
    assert past_tips(Remote(url=str(upstream.folder)), asked) == Unknown(reason="it has no nowhere")
    assert isinstance(past_tips(Remote(url=str(tmp_path / "nothing")), asked), Unknown)


def test_what_is_locked_may_be_older_than_what_is_asked_for(upstream: Upstream) -> None:
    first, second, third = (upstream.commit(number) for number in (1, 50, 100))
    expected = (Tip(rev=third, when=day(100)), Tip(rev=second, when=day(50), is_ahead=True))
    for locked, since in ((first, day(1)), (first, None), (None, None)):
        assert upstream.past(day(90), locked=locked, since=since) == expected


def test_what_is_locked_to_a_later_time_than_there_is_any_is_not_known(upstream: Upstream) -> None:
    first = upstream.commit(1)
    unknown = upstream.past(day(30), locked=first, since=day(30))
    assert isinstance(unknown, Unknown)
    assert "git says fatal" in unknown.reason


def test_every_question_has_its_own_answer(upstream: Upstream) -> None:
    first, second = upstream.commit(1), upstream.commit(5)
    late, early = upstream.question(day(6), locked=first), upstream.question(day(2), locked=None)
    nobody = replace(early, place=Source.of({"type": "git", "url": "ssh://git@example.org/a"}))
    found = HostTips(None).past((late, early, nobody))
    assert found[late] == (Tip(rev=second, when=day(5), is_ahead=True),)
    assert found[early] == (Tip(rev=second, when=day(5)), Tip(rev=first, when=day(1), is_ahead=True))
    assert isinstance(found[nobody], Unknown)
    assert HostTips(None).past(()) == {}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing is ended")
def test_asking_ends_nothing_of_what_runs_beside_it(upstream: Upstream) -> None:
    first = upstream.commit(1)
    with contained(), subprocess.Popen(["sleep", "60"]) as beside:
        assert HostTips(None).past((upstream.question(day(2), locked=first),))
        assert beside.poll() is None
        beside.kill()


def test_who_has_no_token_for_githubs_api_does_not_load_its_client() -> None:
    loaded = "import sys; import flakebot.adapters.provenance.tips; sys.exit('github' in sys.modules)"
    subprocess.run((sys.executable, "-I", "-c", loaded), check=True, timeout=60)
