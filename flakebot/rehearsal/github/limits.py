"""GitHub's primary rate limit, an hour long, by account or address. Counts; the answer is built elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from msgspec import Struct

from flakebot.rehearsal.github.state.tokens import Token, TokenKind

HOUR_SECONDS = 3600
_ANONYMOUS = "anonymous"


class Allowance(Struct, frozen=True, kw_only=True):
    """What is left: the figures of the ``x-ratelimit-*`` headers. ``reset`` is in seconds since the epoch."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """How many calls are left."""
        return max(0, self.limit - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether more was asked than is allowed."""
        return self.used > self.limit


@dataclass(slots=True, kw_only=True, eq=False)
class Limits:
    """The counters. The limits are GitHub's; they may be set lower to see what happens."""

    user: int = 5000
    job: int = 1000
    anonymous: int = 60
    _used: dict[str, int] = field(default_factory=dict)
    _began: float = field(default_factory=time.time)

    def spend(self, token: Token | None) -> Allowance:
        """Count one call and return what is left after it."""
        self._renew()
        holder = _holder(token)
        self._used[holder] = self._used.get(holder, 0) + 1
        return self.allowance(token)

    def allowance(self, token: Token | None) -> Allowance:
        """Return what is left without counting."""
        used = self._used.get(_holder(token), 0)
        return Allowance(limit=self._limit(token), used=used, reset=int(self._began) + HOUR_SECONDS)

    def change_address(self) -> None:
        """Let those who call without a token do so from a machine that has not called yet."""
        self._used.pop(_ANONYMOUS, None)

    def _limit(self, token: Token | None) -> int:
        if token is None:
            return self.anonymous
        return self.job if token.kind is TokenKind.INSTALLATION else self.user

    def _renew(self) -> None:
        if time.time() >= self._began + HOUR_SECONDS:
            self._began = time.time()
            self._used.clear()


def _holder(token: Token | None) -> str:
    """Return who is counted: a person with all their tokens together, a job's or an App's token by itself."""
    if token is None:
        return _ANONYMOUS
    is_installed = token.kind is TokenKind.INSTALLATION
    return (
        f"{token.account.login} in {sorted(map(str, token.repositories or ()))}"
        if is_installed
        else token.account.login
    )
