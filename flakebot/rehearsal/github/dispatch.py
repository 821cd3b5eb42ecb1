"""From a request of the API to its answer: authentication, limits, permissions, handler, headers."""

from __future__ import annotations

from msgspec.structs import replace

from flakebot.rehearsal.github.events.auto_merge import settle
from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.authentication import authenticate
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import Endpoint
from flakebot.rehearsal.github.http.headers import common_headers, rate_headers, token_headers
from flakebot.rehearsal.github.http.permissions import require
from flakebot.rehearsal.github.limits import Allowance
from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.state.tokens import Token

UNCOUNTED = {"/rate_limit"}
API_HOST = "api.github.com"
CODELOAD_HOST = "codeload.github.com"


def dispatch(endpoint: Endpoint, call: Call) -> Answer:
    """Answer a call, one at a time: what is due happens before it and what it causes right after it."""
    with call.hub.world.lock:
        settle(call.hub)
        answered = _answer(endpoint, call)
        settle(call.hub)
    return answered


def _answer(endpoint: Endpoint, call: Call) -> Answer:
    try:
        token = authenticate(call.hub.world, _authorization(call))
    except RefusalError as refusal:
        return _complete(answer(refusal.document, status=refusal.status), {})
    known = replace(call, token=token)
    allowance = _spend(known)
    headers = {**rate_headers(allowance), **token_headers(token, endpoint)}
    try:
        _refuse_exceeded(known, allowance)
        if endpoint.needs is not None:
            require(token, known.repository, endpoint.needs)
        return _complete(endpoint.handler(known), headers)
    except RefusalError as refusal:
        return _complete(answer(refusal.document, status=refusal.status), headers)


def _authorization(call: Call) -> str | None:
    """Return the header, or on codeload the token in the address."""
    ticket = call.query.get("token") if call.host == CODELOAD_HOST else None
    return f"token {ticket}" if ticket else call.headers.get("authorization")


def _spend(call: Call) -> Allowance:
    if call.host != API_HOST or call.url_path in UNCOUNTED:
        return call.hub.limits.allowance(call.token)
    return call.hub.limits.spend(call.token)


def _refuse_exceeded(call: Call, allowance: Allowance) -> None:
    if allowance.is_exceeded and call.host == API_HOST:
        raise RefusalError(403, _exceeded(call.token))


def _exceeded(token: Token | None) -> str:
    whom = "127.0.0.1" if token is None else f"user ID {token.account.id}"
    better = " (But here's the good news: Authenticated requests get a higher rate limit.)" if token is None else ""
    return f"API rate limit exceeded for {whom}.{better}"


def _complete(answered: Answer, headers: dict[str, str]) -> Answer:
    return replace(answered, headers={**common_headers(), **headers, **answered.headers})
