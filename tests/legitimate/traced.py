"""An update with what the world says of it: asked while the world is as the update left it, with nobody's token."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from flakebot.adapters.clock import SystemClock
from flakebot.adapters.nix.fetch import NixFetcher
from flakebot.adapters.provenance.collector import ProvenanceCollector
from flakebot.adapters.provenance.refs import Refs
from flakebot.model.provenance import Facts
from flakebot.policy.evidence import LockEvidence, LockExpectation
from flakebot.policy.provenance.questions import open_questions
from tests.legitimate.grove import Step


class Traced(Struct, frozen=True, kw_only=True):
    """An update, and what was found out about it."""

    step: Step
    facts: Facts

    @property
    def evidence(self) -> LockEvidence:
        return evidence_of(self.step)


def evidence_of(step: Step) -> LockEvidence:
    """Return both locks and the flake.nix that they belong to."""
    return LockEvidence(path="flake.lock", old=step.old, new=step.new, flake=step.flake.encode())


def traced(step: Step) -> Traced:
    """Ask the world until no question is open."""
    with tempfile.TemporaryDirectory() as cache:
        collector = ProvenanceCollector(
            refs=Refs(None), fetcher=NixFetcher(Path(cache)), clock=SystemClock(), limit=timedelta(minutes=5)
        )
        facts = collector.collect(())
        while questions := open_questions(evidence_of(step), LockExpectation(), facts):
            facts = collector.collect(questions)
        return Traced(step=step, facts=facts)
