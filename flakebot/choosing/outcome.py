"""What can become of an input whose age counts. Values only."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model.tips import Tip


class Keep(Struct, frozen=True, kw_only=True):
    """The newest revision goes, as Nix found it."""


class Take(Struct, frozen=True, kw_only=True):
    """An older revision goes, which was the tip long enough ago."""

    tip: Tip


class Stay(Struct, frozen=True, kw_only=True):
    """The locked revision stays, and why in a few words."""

    why: str


Outcome = Keep | Take | Stay
