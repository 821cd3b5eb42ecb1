"""What a search ends in. Values that judge nothing."""

from __future__ import annotations

from typing import Generic

from msgspec import Struct

from flakebot.isolation.attempt import Attempt, Unit


class Culprit(Struct, Generic[Unit], frozen=True, kw_only=True):
    """A unit that breaks the check, alone or with one that stayed in the good set.

    ``attempt`` is the smallest set in which it was seen to fail: the same set without this unit got through the stage
    in which this one failed.
    """

    unit: Unit
    attempt: Attempt[Unit]


class Isolated(Struct, Generic[Unit], frozen=True, kw_only=True):
    """Every unit is good, a culprit, or undecided: the search ended before it knew. In the order that it was given.

    Exactly ``good`` passed the whole check as one of the ``attempts``, unless it is empty. No culprit could join it,
    provided that a set that holds a failing set fails too, that the same check ends the same again, and that neither
    budget nor time ended the search.
    """

    good: tuple[Unit, ...]
    culprits: tuple[Culprit[Unit], ...]
    undecided: tuple[Unit, ...]
    attempts: tuple[Attempt[Unit], ...]


class BaseBroken(Struct, Generic[Unit], frozen=True, kw_only=True):
    """The last of the ``attempts`` moved nothing and failed all the same: there is nothing to be found by moving."""

    attempts: tuple[Attempt[Unit], ...]


Finding = Isolated[Unit] | BaseBroken[Unit]
