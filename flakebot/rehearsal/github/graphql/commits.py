"""Commits and what was reported for them, as GraphQL shows it. Reads; never writes."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.git.commits import CommitObject, Stamp
from flakebot.rehearsal.github.graphql.connections import paged
from flakebot.rehearsal.github.graphql.people import actor
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.permissions import read, require
from flakebot.rehearsal.github.judgment.checks import CheckState, all_states
from flakebot.rehearsal.github.shapes.basics import Document, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.commits import commit_node
from flakebot.rehearsal.github.signing.verification import Reason
from flakebot.rehearsal.github.state.accounts import AccountKind
from flakebot.rehearsal.github.state.checks import CheckRun, Status
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.tokens import Permission

_ROLLUP = {CheckState.FAILING: "FAILURE", CheckState.QUEUED: "PENDING", CheckState.IN_PROGRESS: "PENDING"}


def commit(call: Call, repository: Repository, sha: Sha) -> Document:
    """Shape a commit."""
    found = repository.store.commit(sha)
    headline, _, body = found.message.strip("\n").partition("\n\n")
    author = _git_actor(call, found.author)
    return {
        "__typename": "Commit",
        "id": commit_node(sha),
        "oid": sha,
        "abbreviatedOid": sha[:7],
        "message": found.message.rstrip("\n"),
        "messageHeadline": headline,
        "messageBody": body,
        "url": web_url(repository.full_name, "commit", sha),
        "author": author,
        "committer": _git_actor(call, found.committer),
        "authoredDate": time_text(found.author.when),
        "committedDate": time_text(found.committer.when),
        "authors": paged(lambda: (author,), dict),
        "signature": lambda _info: _signature(call, found),
        "statusCheckRollup": lambda _info: rollup(call, repository, sha),
    }


def _git_actor(call: Call, stamp: Stamp) -> Document:
    account = call.hub.world.account_of_email(stamp.email)
    is_user = account is not None and account.kind is AccountKind.USER
    return {
        "name": stamp.name,
        "email": stamp.email,
        "date": time_text(stamp.when),
        "user": actor(account) if account is not None and is_user else None,
    }


def _signature(call: Call, found: CommitObject) -> Document | None:
    reason = call.hub.verifier.reason(found)
    if reason is Reason.UNSIGNED:
        return None
    return {"isValid": reason is Reason.VALID, "state": reason.value.upper()}


def rollup(call: Call, repository: Repository, sha: Sha) -> Document | None:
    """Shape everything reported for a commit; it takes the permission to read check runs."""
    require(call.token, repository, read(Permission.CHECKS))
    runs, statuses = repository.latest_check_runs(sha), repository.latest_statuses(sha)
    contexts = (*(_check_run(repository, run) for run in runs), *(_status(status) for status in statuses))
    if not contexts:
        return None
    states = all_states(repository, sha)
    worst = next((word for state, word in _ROLLUP.items() if state in states), "SUCCESS")
    return {"state": worst, "contexts": paged(lambda: contexts, dict)}


def _check_run(repository: Repository, run: CheckRun) -> Document:
    url = run.details_url or web_url(repository.full_name, "runs", run.id)
    return {
        "__typename": "CheckRun",
        "id": node_id("CR", run.id),
        "databaseId": run.id,
        "name": run.name,
        "status": run.status.upper(),
        "conclusion": None if run.conclusion is None else run.conclusion.upper(),
        "startedAt": time_text(run.started_at),
        "completedAt": time_text(run.completed_at),
        "detailsUrl": url,
        "url": web_url(repository.full_name, "runs", run.id),
        "title": run.title,
        "summary": run.summary,
        "isRequired": lambda _info, **_arguments: _is_required(repository, run.name),
        "checkSuite": {
            "id": node_id("CS", run.suite_id),
            "app": {
                "id": node_id("A", run.app.id),
                "databaseId": run.app.id,
                "name": run.app.name,
                "slug": run.app.slug,
            },
            "workflowRun": {
                "id": node_id("WFR", run.suite_id),
                "event": "pull_request",
                "workflow": {"id": node_id("W", 1), "name": "CI"},
            },
        },
    }


def _status(status: Status) -> Document:
    return {
        "__typename": "StatusContext",
        "id": node_id("SC", status.id),
        "context": status.context,
        "state": status.state.value.upper(),
        "description": status.description,
        "targetUrl": status.target_url,
        "createdAt": time_text(status.created_at),
        "creator": actor(status.creator),
        "isRequired": False,
    }


def _is_required(repository: Repository, name: str) -> bool:
    rules = repository.protections(repository.default_branch)
    return any(check.name == name for rule in rules for check in rule.required_checks)
