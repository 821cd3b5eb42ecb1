"""Check runs, commit statuses and the Apps that post them, as the stand-in remembers them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.state.accounts import Account


class App(Struct, frozen=True, kw_only=True):
    """A GitHub App: its ID, its slug and the bot account that acts for it."""

    id: int
    slug: str
    name: str
    account: Account


@dataclass(slots=True, kw_only=True, eq=False)
class CheckRun:
    """One run of one check on one commit. ``conclusion`` is None until it has completed."""

    id: int
    suite_id: int
    name: str
    head_sha: Sha
    app: App
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None
    details_url: str | None = None
    external_id: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None


class StatusState(StrEnum):
    """The states of a commit status."""

    ERROR = "error"
    FAILURE = "failure"
    PENDING = "pending"
    SUCCESS = "success"


class Status(Struct, frozen=True, kw_only=True):
    """One commit status; the latest of a context is the one that counts."""

    id: int
    sha: Sha
    context: str
    state: StatusState
    description: str | None
    target_url: str | None
    creator: Account
    app_id: int | None
    created_at: datetime
