"""Answer questions side by side, each once, until the time is over. An answer that cannot be had is an answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import assert_never

from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.adapters.process import contained
from flakebot.adapters.provenance.refs import Refs
from flakebot.errors import FlakebotError
from flakebot.interrupts import awaited
from flakebot.model.provenance import (
    BecameTip,
    Content,
    ContentAnswer,
    Facts,
    OnRef,
    OnRefAnswer,
    Question,
    TipAnswer,
    Unknown,
)
from flakebot.ports import Clock, Provenance

Job = Question | tuple[OnRef, BecameTip]
"""What one worker asks: a question, or both that there are about one revision of a ref."""

WORKERS = 8
"""Questions at once: enough to hide the way to a host, few enough for a small machine and for GitHub."""

LONGEST_FETCH = timedelta(minutes=10)
"""How long the content of one source may take."""

_TOO_LATE = Unknown(reason="there was no time left to ask")


class ProvenanceCollector(Provenance):
    """Asks for one command. ``limit`` is how long all the asking may take together."""

    def __init__(self, *, refs: Refs, fetcher: NixFetcher, clock: Clock, limit: timedelta) -> None:
        self._refs = refs
        self._fetcher = fetcher
        self._asked_at: datetime = clock.now()
        self._deadline = time.monotonic() + limit.total_seconds()
        self._on_refs: dict[OnRef, OnRefAnswer] = {}
        self._tips: dict[BecameTip, TipAnswer] = {}
        self._contents: dict[Content, ContentAnswer] = {}

    def collect(self, questions: tuple[Question, ...]) -> Facts:
        """Return everything that was answered so far, with an answer to each of these questions.

        What the asking started ends with it, also when it is interrupted.
        """
        pool = ThreadPoolExecutor(WORKERS)
        with contained():
            try:
                awaited([pool.submit(self._answer, job) for job in _jobs(questions)])
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        return Facts(
            asked_at=self._asked_at, refs=dict(self._on_refs), tips=dict(self._tips), contents=dict(self._contents)
        )

    def _answer(self, job: Job) -> None:
        try:
            self._ask(job)
        except FlakebotError as error:
            self._keep(job, Unknown(reason=str(error)))

    def _ask(self, job: Job) -> None:
        left = timedelta(seconds=self._deadline - time.monotonic())
        if left <= timedelta(0):
            self._keep(job, _TOO_LATE)
            return
        match job:
            case (OnRef() as on_ref, BecameTip() as tip):
                self._on_refs[on_ref], self._tips[tip] = self._refs.on_ref_since(on_ref)
            case OnRef():
                self._on_refs[job] = self._refs.on_ref(job)
            case BecameTip():
                self._tips[job] = self._refs.became_tip(job)
            case Content():
                self._contents[job] = self._fetcher.fetch(job, limit=min(left, LONGEST_FETCH))
            case _:
                assert_never(job)

    def _keep(self, job: Job, unknown: Unknown) -> None:
        match job:
            case (OnRef() as on_ref, BecameTip() as tip):
                self._on_refs[on_ref] = self._tips[tip] = unknown
            case OnRef():
                self._on_refs[job] = unknown
            case BecameTip():
                self._tips[job] = unknown
            case Content():
                self._contents[job] = unknown
            case _:
                assert_never(job)


def _jobs(questions: Iterable[Question]) -> Iterator[Job]:
    """Yield what is to be asked at once, each question once: what is asked twice about a revision is one job."""
    asked = dict.fromkeys(questions)
    paired = {found: _age_of(found) for found in asked if isinstance(found, OnRef) and _age_of(found) in asked}
    together = set(paired.values())
    for question in asked:
        if isinstance(question, OnRef) and question in paired:
            yield question, paired[question]
        elif question not in together:
            yield question


def _age_of(question: OnRef) -> BecameTip:
    return BecameTip(place=question.place, ref=question.ref, rev=question.rev)
