"""Many questions side by side: each answered once, and what fails is an answer."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import assert_never

import pytest

from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.adapters.provenance.collector import WORKERS, ProvenanceCollector
from flakebot.adapters.provenance.refs import Refs
from flakebot.model.provenance import BecameTip, Content, Facts, IsOnRef, OnRef, Question, Source, Unknown, Unrecorded
from tests.adapters.github.stage import PatientClock
from tests.adapters.workshop import commit_files, git, new_checkout

PLACE = Source.of({"type": "git", "url": "ssh://git@example.org/a"})
REF, TIP = OnRef(place=PLACE, ref=None, rev="f" * 40), BecameTip(place=PLACE, ref=None, rev="f" * 40)


def collector(cache: Path, *, limit: timedelta = timedelta(minutes=1)) -> ProvenanceCollector:
    return ProvenanceCollector(refs=Refs(None), fetcher=NixFetcher(cache), clock=PatientClock(), limit=limit)


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(stat.S_IRWXU)


def test_nothing_asked_is_nothing_known_but_the_time(tmp_path: Path) -> None:
    facts = collector(tmp_path).collect(())
    assert (facts.asked_at, facts.refs, facts.tips, facts.contents) == (PatientClock().present, {}, {}, {})


def test_answers_stay_and_each_kind_is_where_it_belongs(tmp_path: Path) -> None:
    upstream = new_checkout(tmp_path / "upstream")
    rev = commit_files(upstream, {"a": "b"})
    asked = OnRef(place=Source.of({"type": "git", "url": f"file://{upstream}"}), ref="main", rev=rev)
    (tmp_path / "cache").mkdir()
    found = collector(tmp_path / "cache")
    assert found.collect((asked, asked)).on_ref(asked) == IsOnRef(holds=True)
    git(upstream, "update-ref", "-d", "refs/heads/main")
    later = found.collect((TIP,))
    assert later.on_ref(asked) == IsOnRef(holds=True)
    assert later.became_tip(TIP) == Unrecorded()


def test_a_machine_without_nix_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = Content(source=PLACE)
    unknown = collector(tmp_path).collect((asked,)).content(asked)
    assert unknown == Unknown(reason="the program nix is not on PATH")


@pytest.mark.parametrize("question", [REF, TIP, Content(source=PLACE)])
def test_when_the_time_is_over_nobody_is_asked(tmp_path: Path, question: Question) -> None:
    facts = collector(tmp_path, limit=timedelta(0)).collect((question,))
    assert facts.knows(question)
    assert answer(facts, question) == Unknown(reason="there was no time left to ask")


@pytest.mark.parametrize("question", [REF, TIP, Content(source=PLACE)])
def test_what_was_not_asked_is_not_known(tmp_path: Path, question: Question) -> None:
    facts = collector(tmp_path).collect(())
    assert not facts.knows(question)
    assert answer(facts, question) == Unknown(reason="it was not asked")


def answer(facts: Facts, question: Question) -> object:
    match question:
        case OnRef():
            return facts.on_ref(question)
        case BecameTip():
            return facts.became_tip(question)
        case Content():
            return facts.content(question)
        case _:
            assert_never(question)


def test_questions_are_asked_side_by_side_and_end_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = f"touch {tmp_path}/here-$$; for _ in $(seq 1000); do set -- {tmp_path}/here-*"
    meeting = f"[ $# -lt {WORKERS} ] || {{ echo 'error: all are here' >&2; exit 1; }}"
    program(tmp_path, "nix", f"{waiting}; {meeting}; sleep 0.02; done; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = tuple(Content(source=Source.of({"type": "git", "url": f"file:///{number}"})) for number in range(WORKERS))
    facts = collector(tmp_path).collect(asked)
    assert set(facts.contents.values()) == {Unknown(reason="Nix says error: all are here")}


FOUND = '{"store_path":"/nowhere","nar_hash":"sha256-","last_modified":null,"rev":null,"rev_count":null}'


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"store_path": "/nowhere"}', FOUND.replace("{", '{"more": 1, ')])
def test_a_nix_that_says_something_else_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program(tmp_path, "nix", f"echo '{said}'")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = Content(source=PLACE)
    assert collector(tmp_path).collect((asked,)).content(asked) == Unknown(reason="Nix did not say what it fetched")


def test_a_tree_that_is_not_in_the_store_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "nix", f"echo '{FOUND}'")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = Content(source=PLACE)
    assert collector(tmp_path).collect((asked,)).content(asked) == Unknown(reason="Nix did not leave it in its store")


def test_nix_is_started_without_a_secret_and_with_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "nix", f"env > {tmp_path}/seen")
    for name in ("FLAKEBOT_TOKEN", "FLAKEBOT_JOB_TOKEN", "GITHUB_TOKEN", "NIX_CACHE_HOME", "GIT_DIR"):
        monkeypatch.setenv(name, "secret-or-misleading")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    collector(tmp_path).collect((Content(source=PLACE),))
    seen = (tmp_path / "seen").read_text()
    assert "secret-or-misleading" not in seen
    assert f"XDG_CACHE_HOME={tmp_path}\n" in seen
