"""The mutations: auto-merge, reviews, merges. What they do is done elsewhere; here it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from flakebot.model import Sha
from flakebot.rehearsal.github.events.auto_merge import enable_auto_merge
from flakebot.rehearsal.github.events.merging import MergeOrder, merge_pull
from flakebot.rehearsal.github.events.reviews import GivenReview, give_review
from flakebot.rehearsal.github.graphql.nodes import pull_of_node
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.graphql.repositories import placed_pull
from flakebot.rehearsal.github.graphql.reviews import review
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.permissions import require, write
from flakebot.rehearsal.github.refusals import unprocessable
from flakebot.rehearsal.github.shapes.basics import Document
from flakebot.rehearsal.github.state.pulls import PullRequest, ReviewVerdict
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import MergeMethod, Role
from flakebot.rehearsal.github.state.tokens import Permission

_VERDICTS = {
    "APPROVE": ReviewVerdict.APPROVED,
    "REQUEST_CHANGES": ReviewVerdict.CHANGES_REQUESTED,
    "COMMENT": ReviewVerdict.COMMENTED,
}


def mutations(call: Call) -> dict[str, Callable[..., Document]]:
    """Return the resolvers of all mutations for one request."""
    return {
        "enablePullRequestAutoMerge": lambda _info, **arguments: _enable(call, _input(arguments)),
        "disablePullRequestAutoMerge": lambda _info, **arguments: _disable(call, _input(arguments)),
        "addPullRequestReview": lambda _info, **arguments: _review(call, _input(arguments)),
        "mergePullRequest": lambda _info, **arguments: _merge(call, _input(arguments)),
    }


def _input(arguments: Document) -> Document:
    given = arguments["input"]
    return given if isinstance(given, dict) else {}


def _enable(call: Call, given: Document) -> Document:
    repository, request = _pull(call, given, role=Role.WRITE)
    require(call.token, repository, write(Permission.CONTENTS))
    enable_auto_merge(call.hub, repository, request, _order(call, given))
    return _payload(call, repository, request, given)


def _disable(call: Call, given: Document) -> Document:
    repository, request = _pull(call, given, role=Role.WRITE)
    if request.auto_merge is None:
        raise unprocessable("Can't disable auto-merge for this pull request.")
    request.auto_merge = None
    return _payload(call, repository, request, given)


def _merge(call: Call, given: Document) -> Document:
    repository, request = _pull(call, given, role=Role.WRITE)
    require(call.token, repository, write(Permission.CONTENTS))
    merge_pull(call.hub, repository, request, _order(call, given))
    return _payload(call, repository, request, given)


def _review(call: Call, given: Document) -> Document:
    repository, request = _pull(call, given, role=Role.READ)
    wanted = GivenReview(
        author=call.account,
        verdict=_VERDICTS.get(str(given.get("event")), ReviewVerdict.PENDING),
        body=str(given.get("body") or ""),
        sha=_sha(given.get("commitOID")),
    )
    made = give_review(call.hub, repository, request, wanted)
    return {
        "clientMutationId": given.get("clientMutationId"),
        "pullRequestReview": review(call, repository, request, made),
    }


def _pull(call: Call, given: Document, *, role: Role) -> tuple[Repository, PullRequest]:
    repository, request = pull_of_node(call, str(given["pullRequestId"]))
    require(call.token, repository, write(Permission.PULL_REQUESTS, role=role))
    return repository, request


def _order(call: Call, given: Document) -> MergeOrder:
    return MergeOrder(
        by=call.account,
        method=MergeMethod[str(given.get("mergeMethod") or "MERGE")],
        expected_head=_sha(given.get("expectedHeadOid")),
        title=_text(given.get("commitHeadline")),
        message=_text(given.get("commitBody")),
    )


def _sha(value: object) -> Sha | None:
    return None if value is None else Sha(str(value))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _payload(call: Call, repository: Repository, request: PullRequest, given: Document) -> Document:
    return {
        "actor": actor(call.account),
        "clientMutationId": given.get("clientMutationId"),
        "pullRequest": placed_pull(call, repository, request),
    }
