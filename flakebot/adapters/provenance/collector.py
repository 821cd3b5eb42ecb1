"""Answer questions side by side, each once, until the time is over. An answer that cannot be had is an answer."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import assert_never

from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.adapters.process import contained
from flakebot.adapters.provenance.refs import Refs
from flakebot.errors import FlakebotError
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
                list(pool.map(self._answer, dict.fromkeys(questions)))
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        return Facts(
            asked_at=self._asked_at, refs=dict(self._on_refs), tips=dict(self._tips), contents=dict(self._contents)
        )

    def _answer(self, question: Question) -> None:
        try:
            self._ask(question)
        except FlakebotError as error:
            self._keep(question, Unknown(reason=str(error)))

    def _ask(self, question: Question) -> None:
        left = timedelta(seconds=self._deadline - time.monotonic())
        if left <= timedelta(0):
            self._keep(question, _TOO_LATE)
            return
        match question:
            case OnRef():
                self._on_refs[question] = self._refs.on_ref(question)
            case BecameTip():
                self._tips[question] = self._refs.became_tip(question)
            case Content():
                self._contents[question] = self._fetcher.fetch(question, limit=min(left, LONGEST_FETCH))
            case _:
                assert_never(question)

    def _keep(self, question: Question, unknown: Unknown) -> None:
        match question:
            case OnRef():
                self._on_refs[question] = unknown
            case BecameTip():
                self._tips[question] = unknown
            case Content():
                self._contents[question] = unknown
            case _:
                assert_never(question)
