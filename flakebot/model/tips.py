"""What is asked of a host about the revisions that a ref led to, and what it answers. Frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from flakebot.model.provenance import Source, Unknown


class PastTips(Struct, frozen=True, kw_only=True):
    """Ask which revisions the ref stood at, from ``present`` back to one that it stood at by ``until``.

    No ref is the default branch. ``locked`` is the revision that is not to be left backwards, and ``since`` about the
    time that it is of; both are None where nothing was locked.
    """

    place: Source
    ref: str | None
    present: str
    until: datetime
    locked: str | None = None
    since: datetime | None = None


class Tip(Struct, frozen=True, kw_only=True):
    """A revision, and when it became the tip.

    ``is_ahead`` says that the ref still leads to it, and it to what was locked; it is asked of none that is too young,
    and of none behind the first of which it holds.
    """

    rev: str
    when: datetime
    is_ahead: bool = False


TipsAnswer = tuple[Tip, ...] | Unknown
"""The latest first."""

TipsAnswers = Mapping[PastTips, TipsAnswer]
