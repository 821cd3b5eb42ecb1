"""The active rules of a branch. Only rulesets show here; classic protection is for administrators."""

from __future__ import annotations

from collections.abc import Iterator

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.shapes.basics import Document
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Protection, RuleSource
from flakebot.rehearsal.github.state.tokens import Permission


def list_branch_rules(call: Call) -> Answer:
    """List the rules of a branch, each with the ruleset that it comes from."""
    rulesets = [
        (number, rules)
        for number, rules in enumerate(call.repository.settings.protections, start=1)
        if rules.source is RuleSource.RULESET and rules.covers(call.path["branch"])
    ]
    found = [rule | _origin(call.repository, number) for number, rules in rulesets for rule in _branch_rules(rules)]
    page = page_of(call, found)
    return answer(page.items, headers=page.headers)


def _branch_rules(rules: Protection) -> Iterator[Document]:
    yield {"type": "deletion"}
    yield {"type": "non_fast_forward"}
    if rules.requires_signatures:
        yield {"type": "required_signatures"}
    if rules.requires_pull_request:
        yield {"type": "pull_request", "parameters": _pull_request_parameters(rules)}
    if rules.required_checks:
        yield {"type": "required_status_checks", "parameters": _check_parameters(rules)}
    if rules.requires_merge_queue:
        yield {"type": "merge_queue", "parameters": _queue_parameters()}


def _pull_request_parameters(rules: Protection) -> Document:
    return {
        "required_approving_review_count": rules.required_approvals,
        "dismiss_stale_reviews_on_push": rules.dismisses_stale_reviews,
        "require_code_owner_review": rules.requires_code_owner_review,
        "require_last_push_approval": rules.requires_last_push_approval,
        "required_review_thread_resolution": False,
        "allowed_merge_methods": sorted(method.value for method in rules.merge_methods),
    }


def _check_parameters(rules: Protection) -> Document:
    checks = [
        {"context": check.name} | ({} if check.app_id is None else {"integration_id": check.app_id})
        for check in rules.required_checks
    ]
    return {
        "strict_required_status_checks_policy": rules.is_strict,
        "do_not_enforce_on_create": True,
        "required_status_checks": checks,
    }


def _queue_parameters() -> Document:
    return {
        "merge_method": "MERGE",
        "max_entries_to_build": 5,
        "min_entries_to_merge": 1,
        "max_entries_to_merge": 5,
        "min_entries_to_merge_wait_minutes": 5,
        "grouping_strategy": "ALLGREEN",
        "check_response_timeout_minutes": 60,
    }


def _origin(repository: Repository, number: int) -> Document:
    return {
        "ruleset_source_type": "Repository",
        "ruleset_source": str(repository.full_name),
        "ruleset_id": number,
    }


ENDPOINTS = (in_repository("GET", "/rules/branches/{branch:path}", list_branch_rules, read(Permission.METADATA)),)
