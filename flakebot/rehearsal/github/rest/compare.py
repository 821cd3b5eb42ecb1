"""Comparing two commits as GitHub does: from their merge base. Never writes."""

from __future__ import annotations

from msgspec import Struct

from flakebot.model import Sha
from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.shapes.basics import Document, api_url, web_url
from flakebot.rehearsal.github.shapes.commits import commit, file
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.tokens import Permission

FILES_LIMIT = 300
COMMITS_LIMIT = 250


class _Comparison(Struct, frozen=True, kw_only=True):
    base: Sha
    head: Sha
    merge_base: Sha
    ahead: tuple[Sha, ...]
    behind: int

    @property
    def status(self) -> str:
        if self.ahead:
            return "diverged" if self.behind else "ahead"
        return "behind" if self.behind else "identical"


def compare(call: Call) -> Answer:
    """Answer what lies between two commits, oldest first; only the first page lists files."""
    name, separator, other = call.path["basehead"].partition("...")
    if not separator:
        raise not_found()
    base, head = _end(call, name), _end(call, other)
    comparison = _compare(call.repository, base, head)
    listed = comparison.ahead if "page" in call.query or "per_page" in call.query else comparison.ahead[:COMMITS_LIMIT]
    page = page_of(call, listed)
    shown = page.items if "page" in call.query or "per_page" in call.query else listed
    document = _document(call, comparison, f"{name}...{other}", shown)
    return answer(document, headers=page.headers)


def _end(call: Call, name: str) -> Sha:
    """Resolve ``branch``, ``owner:branch`` or ``owner:repository:branch``; a fork network shares its objects."""
    *place, revision = name.split(":")
    repository = _place(call, place)
    sha = None if repository is None else repository.store.resolve(revision)
    if sha is None:
        raise not_found()
    return sha


def _place(call: Call, place: list[str]) -> Repository | None:
    match place:
        case []:
            return call.repository
        case [owner]:
            network = call.hub.world.repositories.values()
            return next(
                (found for found in network if found.owner.login == owner and _related(found, call.repository)), None
            )
        case [owner, name]:
            return call.hub.world.repository(owner, name)
        case _:
            return None


def _related(one: Repository, other: Repository) -> bool:
    return (one.parent or one) is (other.parent or other)


def _compare(repository: Repository, base: Sha, head: Sha) -> _Comparison:
    merge_base = repository.store.merge_base(base, head)
    if merge_base is None:
        raise RefusalError(404, f"No common ancestor between {base} and {head}.")
    return _Comparison(
        base=base,
        head=head,
        merge_base=merge_base,
        ahead=tuple(reversed(repository.store.history(head, f"^{base}"))),
        behind=len(repository.store.history(base, f"^{head}")),
    )


def _document(call: Call, comparison: _Comparison, label: str, shown: tuple[Sha, ...]) -> Document:
    repository = call.repository
    html = web_url(repository.full_name, "compare", label)
    changes = repository.store.changes(comparison.merge_base, comparison.head)[:FILES_LIMIT]
    is_first_page = call.query.get("page", "1") == "1"
    return {
        "url": api_url(repository.full_name, "compare", label),
        "html_url": html,
        "permalink_url": web_url(repository.full_name, "compare", f"{comparison.base[:7]}...{comparison.head[:7]}"),
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": commit(call.hub, repository, comparison.base),
        "merge_base_commit": commit(call.hub, repository, comparison.merge_base),
        "status": comparison.status,
        "ahead_by": len(comparison.ahead),
        "behind_by": comparison.behind,
        "total_commits": len(comparison.ahead),
        "commits": [commit(call.hub, repository, sha) for sha in shown],
        **(
            {"files": [file(repository.full_name, comparison.head, change) for change in changes]}
            if is_first_page
            else {}
        ),
    }


ENDPOINTS = (in_repository("GET", "/compare/{basehead:path}", compare, read(Permission.CONTENTS)),)
