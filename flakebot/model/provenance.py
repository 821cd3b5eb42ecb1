"""What is asked of the world about a lock, and what it answers. Frozen values, no I/O, and no verdict.

A question is a value that can be compared: asked twice, it is asked once. An answer that could not be had says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field

Attribute = str | int | bool


class Source(Struct, frozen=True, kw_only=True):
    """The attributes by which Nix finds some content, sorted by name; what only describes the content is left out."""

    attributes: tuple[tuple[str, Attribute], ...]

    @classmethod
    def of(cls, attributes: Mapping[str, Attribute], *, without: Iterable[str] = ()) -> Source:
        """Return the source that a node's ``locked`` or ``original`` names."""
        dropped = frozenset(without)
        return cls(attributes=tuple(sorted((name, held) for name, held in attributes.items() if name not in dropped)))

    def text(self, name: str) -> str | None:
        """Return an attribute that is a string, None when there is none of that name."""
        found = dict(self.attributes).get(name)
        return found if isinstance(found, str) else None


class OnRef(Struct, frozen=True, kw_only=True):
    """Ask whether the revision is the tip of the ref, or one that led to it. No ref stands for the default branch."""

    place: Source
    ref: str | None
    rev: str


class BecameTip(Struct, frozen=True, kw_only=True):
    """Ask when the revision became the tip of the ref."""

    place: Source
    ref: str | None
    rev: str


class Content(Struct, frozen=True, kw_only=True):
    """Ask what is fetched from there now, and which flake and lock stand in the folder ``directory`` of it."""

    source: Source
    directory: str = ""


Question = OnRef | BecameTip | Content


class Unknown(Struct, frozen=True, kw_only=True):
    """No answer could be had; the reason is a clause, as “example.org did not answer”."""

    reason: str


class IsOnRef(Struct, frozen=True, kw_only=True):
    """The ref leads to the revision, or does not."""

    holds: bool


class TipSince(Struct, frozen=True, kw_only=True):
    """The host recorded when the revision became the tip."""

    when: datetime


class Unrecorded(Struct, frozen=True, kw_only=True):
    """The host keeps no record of pushes that could be asked for: there is only what the commit says."""


class Fetched(Struct, frozen=True, kw_only=True):
    """Content that was fetched anew and hashed. What its source does not say is None.

    ``flake`` and ``lock`` are the bytes of the folder's flake.nix and flake.lock, None where there is no such file.
    """

    nar_hash: str
    last_modified: int | None = None
    rev: str | None = None
    rev_count: int | None = None
    flake: bytes | None = None
    lock: bytes | None = None


OnRefAnswer = IsOnRef | Unknown
TipAnswer = TipSince | Unrecorded | Unknown
ContentAnswer = Fetched | Unknown

NOT_ASKED = Unknown(reason="it was not asked")


class Facts(Struct, frozen=True, kw_only=True):
    """All answers so far, and the moment at which the first question was asked."""

    asked_at: datetime
    refs: Mapping[OnRef, OnRefAnswer] = field(default_factory=dict)
    tips: Mapping[BecameTip, TipAnswer] = field(default_factory=dict)
    contents: Mapping[Content, ContentAnswer] = field(default_factory=dict)

    def knows(self, question: Question) -> bool:
        """Whether the question was answered, if only by saying why it cannot be."""
        return question in self.refs or question in self.tips or question in self.contents

    def on_ref(self, question: OnRef) -> OnRefAnswer:
        """Return the answer; what was not asked is not known."""
        return self.refs.get(question, NOT_ASKED)

    def became_tip(self, question: BecameTip) -> TipAnswer:
        """Return the answer; what was not asked is not known."""
        return self.tips.get(question, NOT_ASKED)

    def content(self, question: Content) -> ContentAnswer:
        """Return the answer; what was not asked is not known."""
        return self.contents.get(question, NOT_ASKED)
