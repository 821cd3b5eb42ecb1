"""Refs: shown, made, moved, deleted, as far as the branch's rules let them."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.events.branches import branch_moved
from flakebot.rehearsal.github.git.store import ZERO
from flakebot.rehearsal.github.http.answers import Answer, answer, created, no_content
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.permissions import read, write
from flakebot.rehearsal.github.judgment.pushes import Push, RefUpdate, violations
from flakebot.rehearsal.github.refusals import RefusalError, not_found, rule_violations
from flakebot.rehearsal.github.shapes.basics import Document, api_url, node_id
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import RuleSource
from flakebot.rehearsal.github.state.tokens import Permission


class NewRef(Input):
    """A ref to create."""

    ref: str
    sha: str


class MovedRef(Input):
    """A ref to move."""

    sha: str
    force: bool = False


def show_ref(call: Call) -> Answer:
    """Answer one ref by its full name without ``refs/``."""
    ref = f"refs/{call.path['ref']}"
    found = call.repository.store.refs(ref).get(ref)
    if found is None:
        raise not_found()
    return answer(_ref(call.repository, ref, found))


def match_refs(call: Call) -> Answer:
    """List the refs that begin with a name."""
    wanted = f"refs/{call.path['ref']}"
    refs = call.repository.store.refs("refs/")
    return answer([_ref(call.repository, ref, sha) for ref, sha in sorted(refs.items()) if ref.startswith(wanted)])


def create_ref(call: Call) -> Answer:
    """Make a ref."""
    wanted = call.input(NewRef)
    if call.repository.store.refs(wanted.ref):
        raise RefusalError(422, "Reference already exists")
    return created(_moved(call, RefUpdate(old=ZERO, new=call.commit(wanted.sha), ref=wanted.ref)))


def move_ref(call: Call) -> Answer:
    """Move a ref, forwards unless forced."""
    ref, wanted = f"refs/{call.path['ref']}", call.input(MovedRef)
    old, new = call.repository.store.refs(ref).get(ref), call.commit(wanted.sha)
    if old is None:
        raise RefusalError(422, "Reference does not exist")
    if not wanted.force and not call.repository.store.is_ancestor(old, new):
        raise RefusalError(422, "Update is not a fast forward")
    return answer(_moved(call, RefUpdate(old=old, new=new, ref=ref)))


def delete_ref(call: Call) -> Answer:
    """Delete a ref."""
    ref = f"refs/{call.path['ref']}"
    old = call.repository.store.refs(ref).get(ref)
    if old is None:
        raise RefusalError(422, "Reference does not exist")
    _refuse(call, RefUpdate(old=old, new=ZERO, ref=ref))
    call.repository.store.delete_ref(ref)
    branch_moved(call.hub, call.repository, ref.removeprefix("refs/heads/"), None, call.account)
    return no_content()


def _moved(call: Call, update: RefUpdate) -> Document:
    _refuse(call, update)
    call.repository.store.update_ref(update.ref, update.new)
    if update.branch is not None:
        branch_moved(call.hub, call.repository, update.branch, update.new, call.account)
    return _ref(call.repository, update.ref, update.new)


def _refuse(call: Call, update: RefUpdate) -> None:
    push = Push(repository=call.repository, pusher=call.account, updates=(update,), quarantine={})
    for rules, found in violations(call.hub, push, update):
        match rules.source:
            case RuleSource.CLASSIC:
                raise RefusalError(422, found[0])
            case RuleSource.RULESET:
                raise rule_violations(("Cannot update this protected ref.", *found), status=422)


def _ref(repository: Repository, ref: str, sha: Sha) -> Document:
    return {
        "ref": ref,
        "node_id": node_id("REF", int(sha[:12], 16)),
        "url": api_url(repository.full_name, "git", ref),
        "object": {"sha": sha, "type": "commit", "url": api_url(repository.full_name, "git/commits", sha)},
    }


ENDPOINTS = (
    in_repository("GET", "/git/ref/{ref:path}", show_ref, read(Permission.CONTENTS)),
    in_repository("GET", "/git/matching-refs/{ref:path}", match_refs, read(Permission.CONTENTS)),
    in_repository("POST", "/git/refs", create_ref, write(Permission.CONTENTS)),
    in_repository("PATCH", "/git/refs/{ref:path}", move_ref, write(Permission.CONTENTS)),
    in_repository("DELETE", "/git/refs/{ref:path}", delete_ref, write(Permission.CONTENTS)),
)
