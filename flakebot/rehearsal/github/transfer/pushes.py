"""Pushes under way: answers git's hook, and lets follow what a push that went through has moved."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from dataclasses import dataclass, field

from msgspec.structs import replace
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from flakebot.model import Sha
from flakebot.rehearsal.github.events.auto_merge import settle
from flakebot.rehearsal.github.events.branches import branch_moved
from flakebot.rehearsal.github.git.store import ZERO
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.judgment.pushes import Push, RefUpdate, push_refusal
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.repositories import Repository


class Question(BaseModel):
    """What the hook asks."""

    key: str
    updates: list[tuple[str, str, str]]
    quarantine: dict[str, str]


@dataclass(slots=True, kw_only=True, eq=False)
class Pushes:
    """The pushes that git is receiving, each under a key that only its own hook knows."""

    hub: Hub
    port: int = 0
    _open: dict[str, Push] = field(default_factory=dict)

    def begin(self, repository: Repository, pusher: Account) -> str:
        """Expect a push and return its key."""
        key = secrets.token_urlsafe(16)
        self._open[key] = Push(repository=repository, pusher=pusher, updates=(), quarantine={})
        return key

    def end(self, key: str) -> None:
        """Let follow what the push moved; what was refused has moved nothing."""
        push = self._open.pop(key)
        with self.hub.world.lock:
            for update in push.updates:
                tip = None if update.new == ZERO else update.new
                if update.branch is not None and push.repository.store.branch(update.branch) == tip:
                    branch_moved(self.hub, push.repository, update.branch, tip, push.pusher)
            settle(self.hub)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one hook."""
        with contextlib.suppress(OSError, ValueError):
            question = Question.model_validate_json(await reader.readline())
            refusal = await run_in_threadpool(self._judge, question)
            writer.write(json.dumps(refusal).encode() + b"\n")
            await writer.drain()
        writer.close()

    def _judge(self, question: Question) -> str | None:
        push = self._open.get(question.key)
        if push is None:
            return "error: this push is not expected"
        updates = tuple(RefUpdate(old=Sha(old), new=Sha(new), ref=ref) for old, new, ref in question.updates)
        asked = self._open[question.key] = replace(push, updates=updates, quarantine=question.quarantine)
        with self.hub.world.lock:
            return push_refusal(self.hub, asked)
