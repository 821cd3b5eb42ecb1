"""Accounts as GraphQL shows them. Pure."""

from __future__ import annotations

from typing import assert_never

from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document
from flakebot.rehearsal.github.state.accounts import Account, AccountKind


def actor(account: Account) -> Document:
    """Shape an account; a bot's login has no suffix here."""
    simple = simple_user(account)
    login = account.login.removesuffix("[bot]")
    return {
        "__typename": _typename(account.kind),
        "id": simple["node_id"],
        "databaseId": account.id,
        "login": login,
        "name": account.name,
        "email": "",
        "avatarUrl": simple["avatar_url"],
        "resourcePath": f"/{login}",
        "url": simple["html_url"],
    }


def _typename(kind: AccountKind) -> str:
    match kind:
        case AccountKind.USER:
            return "User"
        case AccountKind.BOT:
            return "Bot"
        case AccountKind.ORGANIZATION:
            return "Organization"
        case _:
            assert_never(kind)
