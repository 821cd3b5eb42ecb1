"""Branches, with what everybody may know of their protection. Never writes."""

from __future__ import annotations

from flakebot.model import Branch, Sha
from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.refusals import RefusalError
from flakebot.rehearsal.github.shapes.basics import Document, api_url, web_url
from flakebot.rehearsal.github.shapes.commits import commit
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import RuleSource
from flakebot.rehearsal.github.state.tokens import Permission


def show_branch(call: Call) -> Answer:
    """Answer a branch with its tip."""
    name = call.path["branch"]
    tip = call.repository.store.branch(name)
    if tip is None:
        raise RefusalError(404, "Branch not found")
    return answer(_branch(call, name, tip))


def list_branches(call: Call) -> Answer:
    """List the branches."""
    page = page_of(call, sorted(call.repository.store.refs("refs/heads/").items()))
    return answer([_short_branch(call.repository, ref, tip) for ref, tip in page.items], headers=page.headers)


def _branch(call: Call, name: str, tip: Sha) -> Document:
    repository = call.repository
    url = api_url(repository.full_name, "branches", name)
    return {
        "name": name,
        "commit": commit(call.hub, repository, tip),
        "_links": {"self": url, "html": web_url(repository.full_name, "tree", name)},
        "protected": bool(repository.protections(name)),
        "protection": _protection(repository, name),
        "protection_url": f"{url}/protection",
    }


def _protection(repository: Repository, name: str) -> Document:
    """Return what everybody with read access sees of classic protection: its required checks."""
    classic = [rules for rules in repository.protections(name) if rules.source is RuleSource.CLASSIC]
    checks = [check for rules in classic for check in rules.required_checks]
    return {
        "enabled": bool(classic),
        "required_status_checks": {
            "enforcement_level": "everyone" if checks else "off",
            "contexts": [check.name for check in checks],
            "checks": [{"context": check.name, "app_id": check.app_id} for check in checks],
        },
    }


def _short_branch(repository: Repository, ref: str, tip: Sha) -> Document:
    name = Branch(ref.removeprefix("refs/heads/"))
    return {
        "name": name,
        "commit": {"sha": tip, "url": api_url(repository.full_name, "commits", tip)},
        "protected": bool(repository.protections(name)),
    }


ENDPOINTS = (
    in_repository("GET", "/branches", list_branches, read(Permission.CONTENTS)),
    in_repository("GET", "/branches/{branch:path}", show_branch, read(Permission.CONTENTS)),
)
