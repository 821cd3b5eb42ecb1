"""Repositories and what an account may do in them. Never writes."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.permissions import read, role_of
from flakebot.rehearsal.github.judgment.codeowners import OwnerError
from flakebot.rehearsal.github.judgment.reviews import code_owners
from flakebot.rehearsal.github.refusals import not_found
from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document
from flakebot.rehearsal.github.shapes.repositories import full_repository, permissions
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission

_OLD_WORDS = {Role.MAINTAIN: "write", Role.TRIAGE: "read"}
"""``permission`` knows only none, read, write and admin; ``role_name`` says more."""


def show_repository(call: Call) -> Answer:
    """Answer a repository."""
    return answer(full_repository(call.repository, role_of(call.token, call.repository)))


def show_permission(call: Call) -> Answer:
    """Answer what an account may do in a repository."""
    account = call.hub.world.account(call.path["login"])
    if account is None:
        raise not_found()
    role = call.repository.role(account)
    user = {**simple_user(account), "permissions": permissions(role), "role_name": role.word}
    word = _OLD_WORDS.get(role, role.word)
    return answer({"permission": word, "role_name": role.word, "user": user})


def list_codeowners_errors(call: Call) -> Answer:
    """Answer what is wrong with a branch's CODEOWNERS."""
    found = code_owners(call.repository, call.query.get("ref", call.repository.default_branch))
    if found is None:
        raise not_found()
    location, owners = found
    return answer({"errors": [_owner_error(location, error) for error in owners.errors]})


def _owner_error(path: str, error: OwnerError) -> Document:
    pointer = " " * (error.column - 1) + "^"
    advice = f": {error.advice}" if error.advice else ""
    return {
        "line": error.line,
        "column": error.column,
        "kind": error.kind,
        "source": error.source,
        "suggestion": error.advice or None,
        "message": f"{error.kind} on line {error.line}{advice}\n\n  {error.source}\n  {pointer}",
        "path": path,
    }


ENDPOINTS = (
    in_repository("GET", "", show_repository, read(Permission.METADATA)),
    in_repository("GET", "/collaborators/{login}/permission", show_permission, read(Permission.METADATA)),
    in_repository("GET", "/codeowners/errors", list_codeowners_errors, read(Permission.CONTENTS)),
)
