"""What GitHub remembers of the moves of a repository's branches. Values, no rules."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.state.accounts import Account


class Activity(Struct, frozen=True, kw_only=True):
    """One move of a ref, by its full name; a side that does not exist is all zeros."""

    id: int
    ref: str
    before: Sha
    after: Sha
    at: datetime
    actor: Account
    kind: str
