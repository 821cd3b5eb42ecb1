"""Check runs and commit statuses in GitHub's shapes. Pure."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import WEB, Document, api_url, node_id, time_text, web_url
from flakebot.rehearsal.github.shapes.repositories import minimal_repository
from flakebot.rehearsal.github.state.checks import App, CheckRun, Status, StatusState
from flakebot.rehearsal.github.state.repositories import Repository

_WORST_FIRST = (StatusState.FAILURE, StatusState.PENDING, StatusState.SUCCESS)


def check_run(repository: Repository, run: CheckRun) -> Document:
    """Shape a check run."""
    name = repository.full_name
    url = api_url(name, "check-runs", run.id)
    return {
        "id": run.id,
        "node_id": node_id("CR", run.id),
        "name": run.name,
        "head_sha": run.head_sha,
        "external_id": run.external_id or "",
        "url": url,
        "html_url": web_url(name, "runs", run.id),
        "details_url": run.details_url or web_url(name, "runs", run.id),
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": time_text(run.started_at),
        "completed_at": time_text(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite_id},
        "app": app(run.app),
        "pull_requests": [],
    }


def app(registered: App) -> Document:
    """Shape an App."""
    created = time_text(registered.account.created_at)
    return {
        "id": registered.id,
        "node_id": node_id("A", registered.id),
        "slug": registered.slug,
        "name": registered.name,
        "owner": simple_user(registered.account),
        "description": None,
        "external_url": WEB,
        "html_url": f"{WEB}/apps/{registered.slug}",
        "created_at": created,
        "updated_at": created,
        "permissions": {"checks": "write", "contents": "read", "metadata": "read"},
        "events": [],
    }


def simple_status(repository: Repository, status: Status) -> Document:
    """Shape a status inside the combined one, where its creator is missing."""
    return {
        "id": status.id,
        "node_id": node_id("SC", status.id),
        "url": api_url(repository.full_name, "statuses", status.sha),
        "avatar_url": simple_user(status.creator)["avatar_url"],
        "state": status.state.value,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": time_text(status.created_at),
        "updated_at": time_text(status.created_at),
    }


def status_with_creator(repository: Repository, status: Status) -> Document:
    """Shape a status on its own."""
    return {**simple_status(repository, status), "creator": simple_user(status.creator)}


def combined_state(statuses: tuple[Status, ...]) -> StatusState:
    """Return the combined state; a commit without any status is pending."""
    states = {StatusState.FAILURE if status.state is StatusState.ERROR else status.state for status in statuses}
    return next((state for state in _WORST_FIRST if state in states), StatusState.PENDING)


def combined_status(
    repository: Repository, sha: Sha, statuses: tuple[Status, ...], page: tuple[Status, ...]
) -> Document:
    """Shape the combined status: judged on all contexts, listing one page of them."""
    return {
        "state": combined_state(statuses).value,
        "statuses": [simple_status(repository, status) for status in page],
        "sha": sha,
        "total_count": len(statuses),
        "repository": minimal_repository(repository),
        "commit_url": api_url(repository.full_name, "commits", sha),
        "url": api_url(repository.full_name, "commits", sha, "status"),
    }
