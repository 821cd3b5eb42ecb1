"""Whose request it is, by its Authorization header. Compares tokens; never shows one."""

from __future__ import annotations

import base64
import binascii

from flakebot.rehearsal.github.refusals import RefusalError, bad_credentials
from flakebot.rehearsal.github.state.tokens import Token
from flakebot.rehearsal.github.state.world import World


def authenticate(world: World, authorization: str | None) -> Token | None:
    """Return the token of ``token X``, ``Bearer X`` or Basic with the token as password; None without a header.

    Raises `RefusalError` for a token that nobody has issued.
    """
    if not authorization:
        return None
    scheme, _, credentials = authorization.strip().partition(" ")
    value = _password(credentials) if scheme.lower() == "basic" else credentials.strip()
    token = world.tokens.get(value)
    if token is None or scheme.lower() not in {"basic", "bearer", "token"}:
        raise bad_credentials()
    return token


def _password(credentials: str) -> str:
    """Read a Basic header; some clients put the token where the user's name belongs."""
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user if password in {"", "x-oauth-basic"} else password


def login_of(world: World, authorization: str | None) -> str | None:
    """Return whose token a request carried, for the record; None for none and for an unknown one."""
    try:
        token = authenticate(world, authorization)
    except RefusalError:
        return None
    return None if token is None else token.account.login
