"""What a search asks, what it may be answered, and what it keeps of both. Values that judge nothing."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from flakebot.model import CheckStage

Unit = TypeVar("Unit", bound=Hashable)
"""What moves as one: mostly one input of the root, sometimes several that cannot move without each other."""
Result = TypeVar("Result")


class Outcome(StrEnum):
    """How a check ended; one that ran out of time has failed in the stage that it was in."""

    PASSED = "passed"
    FAILED_IN_EVALUATION = "failed in evaluation"
    FAILED_IN_BUILD = "failed in build"


class Stop(StrEnum):
    """What may be sent in place of an outcome when the time is up; the check that was asked for counts as not run."""

    NOW = "now"
    """End with what is known."""
    AFTER_ONE_MORE = "after one more"
    """End after one full check of the largest set that is only known to evaluate, where there is one."""


Answer = Outcome | Stop


class Probe(Struct, Generic[Unit], frozen=True, kw_only=True):
    """A question: does the check pass when exactly these units have moved? In the order that the search was given.

    ``depth`` is the last stage that matters: ``EVALUATION`` asks for no build at all, ``BUILD`` for the whole check.
    """

    units: tuple[Unit, ...]
    depth: CheckStage


Asking = Generator[Probe[Unit], Answer, Result]
"""Yields what to check next, is sent how that ended, and returns what came of it."""


class Attempt(Struct, Generic[Unit], frozen=True, kw_only=True):
    """A question that was answered."""

    units: tuple[Unit, ...]
    depth: CheckStage
    outcome: Outcome

    def __post_init__(self) -> None:
        if self.depth is CheckStage.EVALUATION and self.outcome is Outcome.FAILED_IN_BUILD:
            raise ValueError(f"check of {self.units}: failed in build, expected an evaluation, which builds nothing")

    @property
    def is_good(self) -> bool:
        """True when the whole check passed."""
        return self.depth is CheckStage.BUILD and self.outcome is Outcome.PASSED

    def fails(self, stage: CheckStage) -> bool:
        """Tell whether the check failed in this stage or before it."""
        if stage is CheckStage.EVALUATION:
            return self.outcome is Outcome.FAILED_IN_EVALUATION
        return self.outcome is not Outcome.PASSED
