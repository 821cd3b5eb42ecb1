"""Is the token of the account that it should be of? Asked before anything is written."""

from __future__ import annotations

from flakebot.errors import MisuseError
from flakebot.model import Login
from flakebot.settings.options import Roles


def is_same(one: Login, other: Login) -> bool:
    """Whether two logins name one account; GitHub's logins differ in case only when they are the same."""
    return one.lower() == other.lower()


def require_author(found: Login, roles: Roles) -> Login:
    """Return the author's login. Raises `MisuseError` when the token is of another account, or the approver's."""
    if roles.author is not None and not is_same(found, roles.author):
        raise _foreign("author", found, roles.author)
    if roles.approver is not None and is_same(found, roles.approver):
        raise _both(found)
    return found


def require_approver(found: Login, roles: Roles) -> Login:
    """Return the approver's login. Raises `MisuseError` when the token is of another account, or the author's."""
    if roles.approver is not None and not is_same(found, roles.approver):
        raise _foreign("approver", found, roles.approver)
    if roles.author is not None and is_same(found, roles.author):
        raise _both(found)
    return found


def _foreign(role: str, found: Login, expected: Login) -> MisuseError:
    return MisuseError(
        f"the {role}'s token belongs to {found}, expected {expected}",
        advice=f"Give the token of {expected} as {role}-token, or correct `{role}` in the configuration.",
    )


def _both(found: Login) -> MisuseError:
    return MisuseError(
        f"{found} would both propose and approve",
        advice="Use two accounts: GitHub does not let an author approve, and one stolen token must not be enough.",
    )
