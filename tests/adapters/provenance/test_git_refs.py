"""Refs and histories of real repositories, asked for by real git; nothing but commits is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.adapters.git.environment import Remote
from flakebot.adapters.provenance.git_refs import Tip, leads_to, tip_of
from flakebot.adapters.provenance.refs import Refs
from flakebot.model.provenance import BecameTip, IsOnRef, OnRef, Source, Unknown, Unrecorded
from tests.adapters.workshop import commit_files, git, new_checkout


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A repository with three commits on main, one on a side branch, and an annotated tag on the second."""
    folder = new_checkout(tmp_path / "upstream")
    commit_files(folder, {"file": "1"}, "one")
    commit_files(folder, {"file": "2"}, "two")
    git(folder, "tag", "-a", "v2", "-m", "two")
    git(folder, "branch", "same")
    git(folder, "tag", "same", "HEAD~1")
    commit_files(folder, {"file": "3"}, "three")
    git(folder, "checkout", "--quiet", "-b", "side", "main~1")
    commit_files(folder, {"file": "4"}, "four")
    git(folder, "checkout", "--quiet", "main")
    return folder


def sha(folder: Path, revision: str) -> str:
    return git(folder, "rev-parse", f"{revision}^{{commit}}")


@pytest.mark.parametrize(
    ("ref", "name", "revision"),
    [
        (None, "refs/heads/main", "main"),
        ("main", "refs/heads/main", "main"),
        ("v2", "refs/tags/v2", "main~1"),
        ("refs/heads/side", "refs/heads/side", "side"),
        ("same", "refs/heads/same", "main~1"),
    ],
)
def test_a_ref_stands_where_it_stands(upstream: Path, ref: str | None, name: str, revision: str) -> None:
    tip = tip_of(Remote(url=str(upstream)), ref)
    assert isinstance(tip, Tip)
    assert tip.name == name
    assert tip.sha in {sha(upstream, revision), git(upstream, "rev-parse", name)}


def test_a_default_branch_that_is_none_goes_without_a_name(upstream: Path) -> None:
    git(upstream, "checkout", "--quiet", "--detach", "main~1")
    assert tip_of(Remote(url=str(upstream)), None) == Tip(name="HEAD", sha=sha(upstream, "main~1"))


def test_a_tag_stands_at_its_commit(upstream: Path) -> None:
    assert tip_of(Remote(url=str(upstream)), "v2") == Tip(name="refs/tags/v2", sha=sha(upstream, "main~1"))


@pytest.mark.parametrize("ref", ["nowhere", "ma*", "main^", "-u"])
def test_a_ref_that_is_not_there_is_not_known(upstream: Path, ref: str) -> None:
    unknown = tip_of(Remote(url=str(upstream)), ref)
    assert unknown == Unknown(reason=f"it has no {ref}")


def test_a_server_that_does_not_answer_is_not_known(tmp_path: Path) -> None:
    remote = Remote(url=str(tmp_path / "nothing"))
    tip = tip_of(remote, None)
    assert isinstance(tip, Unknown)
    assert "git says fatal:" in tip.reason
    assert isinstance(leads_to(remote, Tip(name="HEAD", sha="0" * 40), "0" * 40), Unknown)


@pytest.mark.parametrize(
    ("ref", "revision", "holds"),
    [
        (None, "main", True),
        (None, "main~2", True),
        ("side", "main~1", True),
        (None, "side", False),
        ("v2", "main", False),
    ],
)
def test_history_tells_what_is_on_a_ref(upstream: Path, ref: str | None, revision: str, *, holds: bool) -> None:
    remote = Remote(url=str(upstream))
    tip = tip_of(remote, ref)
    assert isinstance(tip, Tip)
    assert leads_to(remote, tip, sha(upstream, revision)) == IsOnRef(holds=holds)


def test_what_is_no_commit_at_all_is_on_no_ref(upstream: Path) -> None:
    remote = Remote(url=str(upstream))
    tree = git(upstream, "rev-parse", "main^{tree}")
    for rev in ("f" * 40, tree, "--all", ""):
        assert leads_to(remote, Tip(name="HEAD", sha=sha(upstream, "main")), rev) == IsOnRef(holds=False)


def question(upstream: Path, revision: str, ref: str | None = None) -> OnRef:
    place = Source.of({"type": "git", "url": f"file://{upstream}"})
    return OnRef(place=place, ref=ref, rev=sha(upstream, revision))


def test_every_host_is_asked_by_git_where_there_is_no_token(upstream: Path) -> None:
    refs = Refs(None)
    assert refs.on_ref(question(upstream, "main")) == IsOnRef(holds=True)
    assert refs.on_ref(question(upstream, "main~1")) == IsOnRef(holds=True)
    assert refs.on_ref(question(upstream, "side")) == IsOnRef(holds=False)
    assert refs.on_ref(question(upstream, "side", "nowhere")) == Unknown(reason="it has no nowhere")


def test_what_cannot_be_asked_says_why() -> None:
    place = Source.of({"type": "git", "url": "ssh://git@example.org/a"})
    assert isinstance(Refs(None).on_ref(OnRef(place=place, ref=None, rev="f" * 40)), Unknown)
    assert Refs(None).became_tip(BecameTip(place=place, ref=None, rev="f" * 40)) == Unrecorded()
