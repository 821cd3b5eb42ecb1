"""Pull requests seen as issues. Never writes: what changes them has addresses of its own."""

from __future__ import annotations

from flakebot.rehearsal.github.http.answers import Answer, answer
from flakebot.rehearsal.github.http.call import Call
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.permissions import read
from flakebot.rehearsal.github.shapes.issues import issue
from flakebot.rehearsal.github.state.tokens import Permission


def show_issue(call: Call) -> Answer:
    """Answer the issue that a pull request is."""
    return answer(issue(call.repository, call.pull))


ENDPOINTS = (
    in_repository("GET", "/issues/{number:int}", show_issue, read(Permission.ISSUES, Permission.PULL_REQUESTS)),
)
