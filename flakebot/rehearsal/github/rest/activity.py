"""The moves of a repository's refs, latest first, as everybody with read access sees them. Never writes."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.shapes.accounts import simple_user
from flakebot.rehearsal.github.shapes.basics import Document, node_id, time_text
from flakebot.rehearsal.github.state.activity import Activity
from flakebot.rehearsal.github.state.tokens import Permission


def list_activity(call: Call) -> Answer:
    """List the moves, perhaps those of one ref only: by its full name, or a branch by its short one."""
    ref = call.query.get("ref")
    wanted = {ref, f"refs/heads/{ref}"}
    found = [move for move in reversed(call.repository.activity) if ref is None or move.ref in wanted]
    page = page_of(call, found)
    return answer([_activity(move) for move in page.items], headers=page.headers)


def _activity(move: Activity) -> Document:
    return {
        "id": move.id,
        "node_id": node_id("PSH", move.id),
        "before": move.before,
        "after": move.after,
        "ref": move.ref,
        "timestamp": time_text(move.at),
        "activity_type": move.kind,
        "actor": simple_user(move.actor),
    }


ENDPOINTS = (in_repository("GET", "/activity", list_activity, read(Permission.CONTENTS)),)
