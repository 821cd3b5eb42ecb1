"""The simulated CI: posts check runs for the heads of open pull requests. Never for what a job itself pushed."""

from __future__ import annotations

from functools import partial

from flakebot.model import Sha
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.state.checks import CheckRun
from flakebot.rehearsal.github.state.pulls import PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.rules import Conclusion
from flakebot.rehearsal.github.state.world import ACTIONS_APP_ID, ACTIONS_LOGIN, present


def start_workflow(hub: Hub, repository: Repository, pull: PullRequest) -> None:
    """Queue the jobs for the head of a pull request, and put their ends on the agenda.

    Like GitHub, nothing starts for what was pushed with a job's own token.
    """
    if ACTIONS_LOGIN in {pull.author.login, pull.last_pusher.login}:
        return
    for name, conclusion in repository.workflow.jobs.items():
        if conclusion is Conclusion.NEVER:
            continue
        run = queued_run(hub, repository, name, pull.head_sha)
        hub.world.agenda.add(repository.workflow.delay, partial(_complete, run, conclusion))


def queued_run(hub: Hub, repository: Repository, name: str, sha: Sha) -> CheckRun:
    """Record a check run of GitHub Actions that has not begun."""
    number = hub.world.next_id()
    run = CheckRun(
        id=number,
        suite_id=hub.world.next_id(),
        name=name,
        head_sha=sha,
        app=hub.world.apps[ACTIONS_APP_ID],
        status="queued",
        conclusion=None,
        started_at=present(),
        completed_at=None,
        details_url=f"https://github.com/{repository.full_name}/actions/runs/{number}",
    )
    repository.check_runs.append(run)
    return run


def _complete(run: CheckRun, conclusion: Conclusion) -> None:
    run.status, run.conclusion, run.completed_at = "completed", conclusion.value, present()
