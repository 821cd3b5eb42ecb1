"""What can become of an input whose age counts. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from flakebot.model.tips import Tip


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The newest revision goes, as Nix found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """An older revision goes, which was the tip long enough ago."""

    tip: Tip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The locked revision stays, and why in a few words."""

    why: str


Outcome = Keep | Take | Stay
