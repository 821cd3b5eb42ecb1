"""The fields of GitHub's answers that flakebot reads, parsed once. A shape that is not expected is an error."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from flakebot.adapters.github.purpose import Purpose
from flakebot.errors import UnavailableError
from flakebot.model import Branch, Login, Sha

GHOST = Login("ghost")
"""Whom GitHub shows in place of an account that was deleted."""

FullSha = Annotated[Sha, Field(pattern="^[0-9a-f]{40}$")]
_ShapeT = TypeVar("_ShapeT", bound=BaseModel)


def parsed(shape: type[_ShapeT], document: object, purpose: Purpose) -> _ShapeT:
    """Return the document in its shape. Raises `UnavailableError` that names the field, and no value."""
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, found["loc"])) or "the whole"
        raise UnavailableError(
            f"could not {purpose.doing}: GitHub's answer is not as documented at {place}: {found['msg']}",
            advice="Run this again; if it stays, look for a newer flakebot.",
        ) from None


class Shape(BaseModel):
    """Something in an answer. Further fields are GitHub's to add."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class Account(Shape):
    """A user or an App's bot."""

    login: Login


class Repository(Shape):
    """A repository, by its full name."""

    full_name: str


class Side(Shape):
    """The head or the base of a pull request; a deleted fork has no ``repo``."""

    ref: Branch
    sha: FullSha
    repo: Repository | None


class Label(Shape):
    """A label, by its name."""

    name: str


class Numbered(Shape):
    """A pull request by its number alone."""

    number: int


class ListedAnswer(Numbered):
    """A pull request in a list, where GitHub leaves out its counts."""

    html_url: str
    state: Literal["open", "closed"]
    merged_at: str | None
    title: str
    body: str | None
    user: Account | None
    base: Side
    head: Side
    labels: tuple[Label, ...]


class AutoMergeOrder(Shape):
    """That somebody asked for auto-merge, and how."""

    merge_method: str


class PullRequestAnswer(ListedAnswer):
    """A pull request as it is shown on its own."""

    node_id: str
    merged: bool
    draft: bool = False
    auto_merge: AutoMergeOrder | None = None
    changed_files: int
    commits: int
    comments: int


class PullRequestList(RootModel[tuple[ListedAnswer, ...]]):
    """A page of pull requests."""


class MergeAnswer(Shape):
    """GitHub's word that it merged."""

    merged: Literal[True]
    sha: FullSha


class AutoMergeAnswer(Shape):
    """GitHub's word that it will merge this pull request, has put it into its queue, or will leave it."""

    pull_request: Numbered = Field(alias="pullRequest")


class ReviewAnswer(Shape):
    """A review; one without a commit is older than that field."""

    user: Account | None
    state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]
    commit_id: FullSha | None


class ReviewList(RootModel[tuple[ReviewAnswer, ...]]):
    """A page of reviews, oldest first."""


class CommentAnswer(Shape):
    """A comment in a pull request's conversation."""

    id: int
    user: Account | None
    body: str | None = None


class CommentList(RootModel[tuple[CommentAnswer, ...]]):
    """A page of comments, oldest first."""


class ActivityAnswer(Shape):
    """One time that a branch moved; GitHub writes a sha of zeros for one that was not there."""

    before: FullSha
    after: FullSha
    actor: Account | None


class ActivityList(RootModel[tuple[ActivityAnswer, ...]]):
    """A page of activity, the latest first."""


class CommitTarget(Shape):
    """What a branch points at, which is always a commit."""

    type: Literal["commit"]
    sha: FullSha


class RefAnswer(Shape):
    """One ref by its full name."""

    ref: str
    object: CommitTarget


class Key(Shape):
    """A registered OpenPGP key; GitHub keeps no text of the oldest ones."""

    raw_key: str | None


class KeyList(RootModel[tuple[Key, ...]]):
    """A page of keys."""


class FileAnswer(Shape):
    """A file of at most 1 MB; a larger one comes without its content."""

    type: Literal["file"]
    encoding: Literal["base64"]
    content: str
