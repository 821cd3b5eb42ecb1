"""Accounts: the token's own, others by name, their keys. Never writes."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import elsewhere
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.shapes.accounts import gpg_key, private_user, public_user
from flakebot.rehearsal.github.state.accounts import Account
from flakebot.rehearsal.github.state.tokens import TokenKind


def show_self(call: Call) -> Answer:
    """Answer who the token is; an App's token is nobody."""
    account = call.account
    if call.token is not None and call.token.kind is TokenKind.INSTALLATION:
        raise RefusalError(403, call.token.kind.refusal)
    return answer(private_user(account))


def show_user(call: Call) -> Answer:
    """Answer an account."""
    return answer(public_user(_named(call)))


def list_gpg_keys(call: Call) -> Answer:
    """List the keys of an account."""
    account = _named(call)
    page = page_of(call, account.keys)
    return answer([gpg_key(account, key) for key in page.items], headers=page.headers)


def _named(call: Call) -> Account:
    account = call.hub.world.account(call.path["login"])
    if account is None:
        raise not_found()
    return account


ENDPOINTS = (
    elsewhere("GET", "/user", show_self),
    elsewhere("GET", "/users/{login}", show_user),
    elsewhere("GET", "/users/{login}/gpg_keys", list_gpg_keys),
)
