"""Standing orders to merge: taken, withdrawn, and carried out as soon as nothing is in the way."""

from __future__ import annotations

from flakebot.rehearsal.github.events.merging import MergeOrder, merge_pull
from flakebot.rehearsal.github.hub import Hub
from flakebot.rehearsal.github.judgment.merging import all_obstacles, mergeable_state
from flakebot.rehearsal.github.refusals import RefusalError, unprocessable
from flakebot.rehearsal.github.state.pulls import AutoMerge, PullRequest
from flakebot.rehearsal.github.state.repositories import Repository
from flakebot.rehearsal.github.state.world import present


def enable_auto_merge(hub: Hub, repository: Repository, pull: PullRequest, order: MergeOrder) -> None:
    """Take an order. Raises `RefusalError` when auto-merge is off, or when there is nothing to wait for."""
    if not repository.settings.allows_auto_merge:
        raise unprocessable("Pull request Auto merge is not allowed for this repository")
    if order.expected_head not in {None, pull.head_sha}:
        raise unprocessable(f"Head sha didn't match expected sha {order.expected_head}.")
    if not pull.is_open:
        raise unprocessable("Pull request is closed")
    state = mergeable_state(hub, repository, pull, mergeable=True)
    if state in {"clean", "unstable"}:
        raise unprocessable(f"Pull request Pull request is in {state} status")
    pull.auto_merge = AutoMerge(
        enabled_by=order.by, enabled_at=present(), method=order.method, title=order.title, message=order.message
    )


def settle(hub: Hub) -> None:
    """Do what is due, then merge what waits for it and may be merged."""
    hub.world.agenda.run_due()
    for repository in hub.world.repositories.values():
        for pull in repository.open_pulls():
            if pull.auto_merge is not None and not all_obstacles(hub, repository, pull, pull.auto_merge.enabled_by):
                _carry_out(hub, repository, pull, pull.auto_merge)


def _carry_out(hub: Hub, repository: Repository, pull: PullRequest, standing: AutoMerge) -> None:
    order = MergeOrder(by=standing.enabled_by, method=standing.method, title=standing.title, message=standing.message)
    try:
        merge_pull(hub, repository, pull, order)
    except RefusalError:
        return  # it conflicts; GitHub leaves the order standing as well
