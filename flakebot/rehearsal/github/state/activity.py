"""What GitHub remembers of the moves of a repository's branches. Values, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flakebot.model import Sha
from flakebot.rehearsal.github.state.accounts import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One move of a ref, by its full name; a side that does not exist is all zeros."""

    id: int
    ref: str
    before: Sha
    after: Sha
    at: datetime
    actor: Account
    kind: str
