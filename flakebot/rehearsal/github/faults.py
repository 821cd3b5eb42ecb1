"""Which requests are answered wrongly, and what happens at the worst moment. Steered from Python only."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from flakebot.rehearsal.github.replies import Reply


class Moment(Enum):
    """When a hook runs: before the request is looked at, or when its answer is ready and not yet sent."""

    BEFORE = auto()
    ANSWERED = auto()


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """A reply for the next ``times`` requests of a method whose path fully matches a regular expression."""

    method: str
    path: re.Pattern[str]
    reply: Reply
    times: int
    skip: int

    def take(self, method: str, path: str) -> Reply | None:
        """Return the reply when it is this request's turn."""
        if self.times <= 0 or method != self.method or not self.path.fullmatch(path):
            return None
        if self.skip > 0:
            self.skip -= 1
            return None
        self.times -= 1
        return self.reply


@dataclass(slots=True, kw_only=True, eq=False)
class Hook:
    """Something to do once, at the next request that matches."""

    method: str
    path: re.Pattern[str]
    moment: Moment
    action: Callable[[], None]
    is_done: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Faults:
    """All that is to go wrong. Steered from Python only; nothing on the network reaches it."""

    _faults: list[Fault] = field(default_factory=list)
    _hooks: list[Hook] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, method: str, path: str, reply: Reply, *, times: int = 1, skip: int = 0) -> None:
        """Answer the next requests otherwise, after letting ``skip`` of them through."""
        with self._lock:
            self._faults.append(Fault(method=method, path=re.compile(path), reply=reply, times=times, skip=skip))

    def when(self, method: str, path: str, action: Callable[[], None], moment: Moment = Moment.ANSWERED) -> None:
        """Do something once, at the next request that matches; the client waits until it is done."""
        with self._lock:
            self._hooks.append(Hook(method=method, path=re.compile(path), moment=moment, action=action))

    def reply(self, method: str, path: str) -> Reply | None:
        """Return what to answer instead, if anything."""
        with self._lock:
            replies = (fault.take(method, path) for fault in self._faults)
            return next((reply for reply in replies if reply is not None), None)

    def run_hooks(self, moment: Moment, method: str, path: str) -> None:
        """Run the hooks of a request, outside every lock so that they may use the Python API."""
        with self._lock:
            due = [hook for hook in self._hooks if _is_due(hook, moment, method, path)]
            for hook in due:
                hook.is_done = True
        for hook in due:
            hook.action()

    def clear(self) -> None:
        """Forget all faults and hooks."""
        with self._lock:
            self._faults.clear()
            self._hooks.clear()


def _is_due(hook: Hook, moment: Moment, method: str, path: str) -> bool:
    matches = hook.method == method and hook.path.fullmatch(path) is not None
    return matches and hook.moment is moment and not hook.is_done
