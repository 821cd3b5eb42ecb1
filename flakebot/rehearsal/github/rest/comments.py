"""Comments in a pull request's conversation: written, changed by who wrote them, deleted."""

from __future__ import annotations

from flakebot.rehearsal.github.events.pulls import checked_body
from flakebot.rehearsal.github.http.answers import Answer, answer, created, no_content
from flakebot.rehearsal.github.http.call import Call, Input
from flakebot.rehearsal.github.http.endpoints import in_repository
from flakebot.rehearsal.github.http.pages import page_of
from flakebot.rehearsal.github.http.permissions import read, role_of, write
from flakebot.rehearsal.github.refusals import RefusalError, not_found, validation_failed
from flakebot.rehearsal.github.shapes.reviews import comment
from flakebot.rehearsal.github.state.pulls import Comment, PullRequest
from flakebot.rehearsal.github.state.rules import Role
from flakebot.rehearsal.github.state.tokens import Permission
from flakebot.rehearsal.github.state.world import present


class NewComment(Input):
    """A comment's text."""

    body: str


def list_comments(call: Call) -> Answer:
    """List the comments, oldest first."""
    page = page_of(call, call.pull.comments)
    return answer([comment(call.repository, call.pull, written) for written in page.items], headers=page.headers)


def create_comment(call: Call) -> Answer:
    """Write a comment."""
    text = checked_body(call.input(NewComment).body) or ""
    if not text.strip():
        raise validation_failed({"resource": "IssueComment", "code": "missing_field", "field": "body"})
    now = present()
    written = Comment(id=call.hub.world.next_id(), author=call.account, body=text, created_at=now, updated_at=now)
    call.pull.comments.append(written)
    return created(comment(call.repository, call.pull, written))


def show_comment(call: Call) -> Answer:
    """Answer one comment."""
    request, written = _comment(call)
    return answer(comment(call.repository, request, written))


def change_comment(call: Call) -> Answer:
    """Change a comment: one's own, or any with the role for it."""
    request, written = _own_comment(call)
    written.body, written.updated_at = checked_body(call.input(NewComment).body) or "", present()
    return answer(comment(call.repository, request, written))


def delete_comment(call: Call) -> Answer:
    """Delete a comment: one's own, or any with the role for it."""
    request, written = _own_comment(call)
    request.comments.remove(written)
    return no_content()


def _own_comment(call: Call) -> tuple[PullRequest, Comment]:
    request, written = _comment(call)
    if written.author is not call.account and role_of(call.token, call.repository) < Role.WRITE:
        raise RefusalError(403, "Must have admin rights to Repository.")
    return request, written


def _comment(call: Call) -> tuple[PullRequest, Comment]:
    number = int(call.path["comment"])
    for request in call.repository.pulls.values():
        for written in request.comments:
            if written.id == number:
                return request, written
    raise not_found()


_BOTH = (Permission.ISSUES, Permission.PULL_REQUESTS)
_READ = read(*_BOTH)
_COMMENT = write(*_BOTH, role=Role.READ)
ENDPOINTS = (
    in_repository("GET", "/issues/{number:int}/comments", list_comments, _READ),
    in_repository("POST", "/issues/{number:int}/comments", create_comment, _COMMENT),
    in_repository("GET", "/issues/comments/{comment:int}", show_comment, _READ),
    in_repository("PATCH", "/issues/comments/{comment:int}", change_comment, _COMMENT),
    in_repository("DELETE", "/issues/comments/{comment:int}", delete_comment, _COMMENT),
)
