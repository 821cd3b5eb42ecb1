"""Check runs: listed for whoever may read them, posted by Apps only."""

from __future__ import annotations

from datetime import datetime

from flakebot.model import Sha
from flakebot.rehearsal.github.http.answers import Answer, answer, created
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read, write
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.shapes.checks import check_run
from flakebot.rehearsal.github.state.checks import App, CheckRun
from flakebot.rehearsal.github.state.tokens import Permission
from flakebot.rehearsal.github.state.world import present

APPS_ONLY = "You must authenticate via a GitHub App."


class RunOutput(Input):
    """What a check run shows."""

    title: str | None = None
    summary: str | None = None
    text: str | None = None


class ChangedRun(Input):
    """What to change of a check run."""

    name: str | None = None
    status: str | None = None
    conclusion: str | None = None
    details_url: str | None = None
    external_id: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    output: RunOutput | None = None


class NewRun(ChangedRun):
    """A check run to post."""

    name: str
    head_sha: str


def list_check_runs(call: Call) -> Answer:
    """List the check runs of a revision: the latest of each, or all with ``filter=all``."""
    sha = call.commit(call.path["ref"])
    runs = call.repository.latest_check_runs(sha)
    if call.query.get("filter") == "all":
        runs = tuple(run for run in call.repository.check_runs if run.head_sha == sha)
    wanted = [run for run in reversed(runs) if _is_wanted(call, run)]
    page = page_of(call, wanted)
    document = {
        "total_count": len(wanted),
        "check_runs": [check_run(call.repository, run) for run in page.items],
    }
    return answer(document, headers=page.headers)


def _is_wanted(call: Call, run: CheckRun) -> bool:
    name, status, app = (call.query.get(key) for key in ("check_name", "status", "app_id"))
    return name in {None, run.name} and status in {None, run.status} and app in {None, str(run.app.id)}


def show_check_run(call: Call) -> Answer:
    """Answer one check run."""
    return answer(check_run(call.repository, _run(call)))


def create_check_run(call: Call) -> Answer:
    """Post a check run; a conclusion completes it."""
    app, wanted = _app(call), call.input(NewRun)
    sha = _head(call, wanted.head_sha)
    run = CheckRun(
        id=call.hub.world.next_id(),
        suite_id=_suite_id(call, app, sha),
        name=wanted.name,
        head_sha=sha,
        app=app,
        status="queued",
        conclusion=None,
        started_at=wanted.started_at or present(),
        completed_at=None,
    )
    _apply(run, wanted)
    call.repository.check_runs.append(run)
    return created(check_run(call.repository, run))


def change_check_run(call: Call) -> Answer:
    """Change a check run; only the App that posted it may."""
    app, run = _app(call), _run(call)
    if run.app is not app:
        raise RefusalError(
            403, f"Invalid app_id `{run.app.id}` - check run can only be modified by the GitHub App that created it."
        )
    _apply(run, call.input(ChangedRun))
    return answer(check_run(call.repository, run))


def _apply(run: CheckRun, wanted: ChangedRun) -> None:
    run.name = wanted.name or run.name
    run.status = "completed" if wanted.conclusion else wanted.status or run.status
    run.conclusion = wanted.conclusion or run.conclusion
    run.details_url = wanted.details_url or run.details_url
    run.external_id = wanted.external_id or run.external_id
    run.completed_at = (wanted.completed_at or present()) if run.status == "completed" else None
    if wanted.output is not None:
        run.title, run.summary, run.text = wanted.output.title, wanted.output.summary, wanted.output.text


def _app(call: Call) -> App:
    app = None if call.token is None else call.hub.world.apps.get(call.token.app_id or 0)
    if app is None:
        raise RefusalError(403, APPS_ONLY)
    return app


def _head(call: Call, sha: str) -> Sha:
    found = call.repository.store.resolve(sha)
    if found is None:
        raise RefusalError(422, f"No commit found for SHA: {sha}")
    return found


def _suite_id(call: Call, app: App, sha: Sha) -> int:
    """Return the suite to which an App's run of a commit goes: the one that it has there, else a new one."""
    suites = (run.suite_id for run in call.repository.check_runs if (run.app, run.head_sha) == (app, sha))
    return next(suites, None) or call.hub.world.next_id()


def _run(call: Call) -> CheckRun:
    number = int(call.path["run"])
    found = next((run for run in call.repository.check_runs if run.id == number), None)
    if found is None:
        raise not_found()
    return found


ENDPOINTS = (
    in_repository("GET", "/commits/{ref:path}/check-runs", list_check_runs, read(Permission.CHECKS)),
    in_repository("POST", "/check-runs", create_check_run, write(Permission.CHECKS)),
    in_repository("GET", "/check-runs/{run:int}", show_check_run, read(Permission.CHECKS)),
    in_repository("PATCH", "/check-runs/{run:int}", change_check_run, write(Permission.CHECKS)),
)
