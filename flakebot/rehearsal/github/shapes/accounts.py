"""Accounts and keys in GitHub's shapes. Pure."""

from __future__ import annotations

from flakebot.rehearsal.github.shapes.basics import API, WEB, Document, node_id, time_text
from flakebot.rehearsal.github.state.accounts import Account, AccountKind, Email, GpgKey, KeyPart

_PREFIX = {AccountKind.USER: "U", AccountKind.BOT: "BOT", AccountKind.ORGANIZATION: "O"}
_LISTS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def simple_user(account: Account) -> Document:
    """Shape an account as it stands inside other answers."""
    url = f"{API}/users/{account.login}"
    is_bot = account.kind is AccountKind.BOT
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(_PREFIX[account.kind], account.id),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/apps/{account.login.removesuffix('[bot]')}" if is_bot else f"{WEB}/{account.login}",
        **{key: url + path for key, path in _LISTS.items()},
        "type": account.kind.value,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(account: Account) -> Document:
    """Shape an account as everybody may see it."""
    return {
        **simple_user(account),
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": time_text(account.created_at),
        "updated_at": time_text(account.created_at),
    }


def private_user(account: Account) -> Document:
    """Shape an account as it sees itself."""
    return {
        **public_user(account),
        "user_view_type": "private",
        "private_gists": 0,
        "total_private_repos": 0,
        "owned_private_repos": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
        "plan": {"name": "free", "space": 976562499, "collaborators": 0, "private_repos": 10000},
    }


def gpg_key(account: Account, key: GpgKey) -> Document:
    """Shape a registered key with its subkeys."""
    return {
        "name": None,
        "emails": [_key_email(account.email(address), address) for address in key.identities],
        "raw_key": key.armored,
        **_part(key.primary, key.id, None),
        "subkeys": [
            {**_part(part, number, key.id), "emails": [], "subkeys": [], "raw_key": None}
            for part, number in zip(key.subkeys, key.subkey_ids, strict=True)
        ],
    }


def _key_email(own: Email | None, address: str) -> Document:
    return {"email": address, "verified": own is not None and own.is_verified}


def _part(part: KeyPart, number: int, primary: int | None) -> Document:
    return {
        "id": number,
        "primary_key_id": primary,
        "key_id": part.key_id,
        "public_key": part.fingerprint,
        "can_sign": part.can_sign,
        "can_encrypt_comms": "e" in part.capabilities,
        "can_encrypt_storage": "e" in part.capabilities,
        "can_certify": "c" in part.capabilities,
        "created_at": time_text(part.created_at),
        "expires_at": time_text(part.expires_at),
        "revoked": part.is_revoked,
    }
