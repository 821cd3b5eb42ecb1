"""Merging by request, and asking whether it was merged. The rules are judged elsewhere."""

from __future__ import annotations

from flakebot.model import Sha
from flakebot.rehearsal.github.events.merging import MergeOrder, merge_pull
from flakebot.rehearsal.github.http.answers import Answer, answer, no_content
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.permissions import read, write
from flakebot.rehearsal.github.refusals import RefusalError, not_found
from flakebot.rehearsal.github.state.rules import MergeMethod
from flakebot.rehearsal.github.state.tokens import Permission


class WantedMerge(Input):
    """How to merge, and at which head."""

    merge_method: str = "merge"
    sha: str | None = None
    commit_title: str | None = None
    commit_message: str | None = None


def merge(call: Call) -> Answer:
    """Merge."""
    wanted = call.input(WantedMerge)
    if wanted.merge_method not in set(MergeMethod):
        raise RefusalError(422, f"Invalid request.\n\n{wanted.merge_method} is not a member of merge, squash, rebase.")
    order = MergeOrder(
        by=call.account,
        method=MergeMethod(wanted.merge_method),
        expected_head=None if wanted.sha is None else Sha(wanted.sha),
        title=wanted.commit_title,
        message=wanted.commit_message,
    )
    sha = merge_pull(call.hub, call.repository, call.pull, order)
    return answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def show_merged(call: Call) -> Answer:
    """Answer 204 for a merged pull request and 404 for any other."""
    if call.pull.merge is None:
        raise not_found()
    return no_content()


ENDPOINTS = (
    in_repository("PUT", "/pulls/{number:int}/merge", merge, write(Permission.CONTENTS)),
    in_repository("GET", "/pulls/{number:int}/merge", show_merged, read(Permission.CONTENTS)),
)
